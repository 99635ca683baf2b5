#include "drawing.h"

#include <gtest/gtest.h>

#include <set>

#include "class_names.h"
#include "font.h"
#include "transform/data/image.h"
#include "transform/test_folder.h"

namespace {

using magik::transform::test::error_of;
using magik::transform::test::TestFolder;

const Color kRed = {255, 0, 0};

Picture black(int width, int height) {
  return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3)).data()};
}

bool is(const Color& a, const Color& b) { return a.r == b.r && a.g == b.g && a.b == b.b; }

TEST(Font, GlyphsDiffer) {
  std::set<std::string> seen;
  for (const char c : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_ %:/()+'&,#?*")) {
    std::string dots;
    for (int i = 0; i < kGlyphWidth * kGlyphHeight; ++i) dots += glyph_has_dot(c, i % 5, i / 5) ? '#' : '.';
    EXPECT_TRUE(seen.insert(dots).second) << c;
  }
  EXPECT_TRUE(glyph_has_dot('L', 0, 0));
  EXPECT_FALSE(glyph_has_dot('L', 1, 0));
  EXPECT_EQ(glyph_has_dot('\x80', 1, 0), glyph_has_dot('?', 1, 0));
}

TEST(Drawing, FramesTheBox) {
  Picture picture = black(100, 80);
  picture.draw_box(20, 30, 60, 70, "", kRed);
  EXPECT_TRUE(is(picture.at(20, 30), kRed));
  EXPECT_TRUE(is(picture.at(59, 69), kRed));
  EXPECT_TRUE(is(picture.at(59, 50), kRed));
  EXPECT_TRUE(is(picture.at(40, 69), kRed));
  EXPECT_TRUE(is(picture.at(21, 31), {0, 0, 0}));
  EXPECT_TRUE(is(picture.at(60, 50), {0, 0, 0}));
  EXPECT_TRUE(is(picture.at(19, 50), {0, 0, 0}));
}

TEST(Drawing, PutsTheLabelAboveOrInside) {
  Picture above = black(100, 80);
  above.draw_box(20, 30, 60, 70, "I", kRed);
  EXPECT_TRUE(is(above.at(20, 20), kRed)) << "the plate";
  EXPECT_TRUE(is(above.at(23, 23), {255, 255, 255})) << "the letter's stem";
  EXPECT_TRUE(is(above.at(20, 19), {0, 0, 0}));
  Picture inside = black(100, 80);
  inside.draw_box(20, 5, 60, 70, "I", kRed);
  EXPECT_TRUE(is(inside.at(23, 8), {255, 255, 255}));
  EXPECT_TRUE(is(inside.at(23, 2), {0, 0, 0}));
}

TEST(Drawing, StaysInThePicture) {
  Picture picture = black(30, 20);
  picture.draw_box(-50, -50, 500, 500, "a label that is too long for the picture", kRed);
  picture.draw_box(25, 15, 29, 19, "person 0.88", {0, 255, 0});
  EXPECT_TRUE(is(picture.at(0, 5), {0, 255, 0})) << "moved to the left to be seen";
}

TEST(Drawing, ColoursOfClassesDiffer) {
  for (int a = 0; a < 80; ++a) {
    for (int b = a + 1; b < 80 && b < a + 8; ++b) {
      const Color x = class_color(a), y = class_color(b);
      EXPECT_GT(std::abs(x.r - y.r) + std::abs(x.g - y.g) + std::abs(x.b - y.b), 60) << a << " " << b;
    }
  }
}

TEST(Drawing, WritesABmpThatOthersRead) {
  const TestFolder folder;
  std::vector<std::uint8_t> rgb;
  for (int i = 0; i < 5 * 3 * 3; ++i) rgb.push_back(static_cast<std::uint8_t>(5 * i));
  ASSERT_TRUE(Picture(5, 3, rgb.data()).write_bmp(folder.path("a.bmp")));
  const magik::transform::Image read = magik::transform::load_image(folder.path("a.bmp"));
  EXPECT_EQ(read.width, 5);
  EXPECT_EQ(read.height, 3);
  EXPECT_EQ(read.pixels, rgb);
  EXPECT_FALSE(black(1, 1).write_bmp(folder.path("none/a.bmp")));
}

TEST(ClassNames, ComeFromAFileOrCoco) {
  const TestFolder folder;
  const std::string file = folder.write("names.txt", "cat\r\ndog\n\n");
  EXPECT_EQ(class_names(file, 2), std::vector<std::string>({"cat", "dog"}));
  EXPECT_EQ(class_names("", 80)[79], "toothbrush");
  EXPECT_EQ(class_names("", 3)[2], "class 2");
  EXPECT_EQ(error_of([&] { class_names(file, 3); }), file + ": it has 2 names, the model knows 3 classes");
  EXPECT_EQ(error_of([&] { class_names(folder.path("x"), 3); }),
            folder.path("x") + ": cannot open the file of class names: No such file or directory");
}

}  // namespace
