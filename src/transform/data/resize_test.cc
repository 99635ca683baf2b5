#include "transform/data/resize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using testing::Each;
using testing::ElementsAre;

// 7x5 grey pixels.
Image pattern() {
  Image image(7, 5, 1);
  for (int i = 0; i < 35; ++i) image.pixels[static_cast<size_t>(i)] = static_cast<uint8_t>(i * i * 37 + 11 * i);
  return image;
}

Image noise(int width, int height, int channels, uint32_t seed) {
  Image image(width, height, channels);
  std::mt19937 random(seed);
  for (uint8_t& pixel : image.pixels) pixel = static_cast<uint8_t>(random());
  return image;
}

// Expected values: Pillow's resize(..., BICUBIC).
TEST(Resize, BicubicEqualsPillow) {
  const Image smaller = resize(pattern(), {3, 3, 0, 0, 3, 3}, Filter::kAntialiasedBicubic);
  EXPECT_THAT(smaller.pixels, ElementsAre(70, 151, 171, 144, 143, 193, 170, 91, 160));
  const Image larger = resize(pattern(), {9, 8, 0, 0, 9, 2}, Filter::kAntialiasedBicubic);
  EXPECT_THAT(larger.pixels,
              ElementsAre(0, 15, 108, 175, 102, 104, 184, 192, 104, 30, 74, 100, 114, 161, 175, 162, 158, 174));
}

TEST(Resize, BilinearMixesTheTwoNearest) {
  Image image(2, 1, 1);
  image.pixels = {0, 100};
  // Centres at 0.25, 0.75, 1.25, 1.75 source pixels: the outer ones repeat the border.
  EXPECT_THAT(resize(image, {4, 1, 0, 0, 4, 1}, Filter::kBilinear).pixels, ElementsAre(0, 25, 75, 100));
  // Reduction does not average more than two: the centres stand at 2 and 6.
  Image wide(8, 1, 1);
  wide.pixels = {0, 10, 20, 30, 40, 50, 60, 70};
  EXPECT_THAT(resize(wide, {2, 1, 0, 0, 2, 1}, Filter::kBilinear).pixels, ElementsAre(15, 55));
}

TEST(Resize, WindowIsPartOfTheWhole) {
  const Image image = noise(31, 23, 3, 1);
  for (const Filter filter : {Filter::kBilinear, Filter::kAntialiasedBicubic}) {
    const Image whole = resize(image, {17, 19, 0, 0, 17, 19}, filter);
    const Image part = resize(image, {17, 19, 5, 3, 8, 11}, filter);
    for (int y = 0; y < part.height; ++y) {
      EXPECT_TRUE(std::equal(part.row(y), part.row(y) + 8 * 3, whole.row(y + 3) + 5 * 3)) << y;
    }
  }
}

TEST(Resize, KeepsFlatImagesAndChannelsApart) {
  std::mt19937 random(3);
  const auto side = [&] { return static_cast<int>(1 + random() % 60); };
  for (int i = 0; i < 60; ++i) {
    Image image(side(), side(), 3);
    for (size_t p = 0; p < image.pixels.size(); ++p) image.pixels[p] = static_cast<uint8_t>(p % 3 == 0 ? 255 : p % 3);
    for (const char* mode : {"STRETCH", "CENTER_CROP"}) {
      const Image fitted = fit_image(image, side(), side(), mode);
      for (size_t p = 0; p < fitted.pixels.size(); ++p) {
        ASSERT_EQ(fitted.pixels[p], p % 3 == 0 ? 255 : p % 3) << mode << " of " << image.width << "x" << image.height;
      }
    }
  }
}

TEST(FitImage, TheRightSizeIsUsedAsItIs) {
  const Image image = noise(12, 9, 3, 2);
  for (const char* mode : {"STRETCH", "LETTERBOX", "CENTER_CROP", ""}) {
    EXPECT_EQ(fit_image(image, 12, 9, mode).pixels, image.pixels);
  }
}

TEST(FitImage, LetterboxIsEvenAndCentred) {
  // The guide's photo: 388x574 into 640x384 has 260 columns of content from 190 on.
  Image image(388, 574, 1);
  std::fill(image.pixels.begin(), image.pixels.end(), uint8_t{9});
  const Image boxed = fit_image(image, 640, 384, "LETTERBOX");
  const std::vector<uint8_t> row(boxed.row(200), boxed.row(200) + 640);
  EXPECT_THAT(std::vector<uint8_t>(row.begin(), row.begin() + 190), Each(kLetterboxFill));
  EXPECT_THAT(std::vector<uint8_t>(row.begin() + 190, row.begin() + 450), Each(9));
  EXPECT_THAT(std::vector<uint8_t>(row.begin() + 450, row.end()), Each(kLetterboxFill));
}

TEST(FitImage, CenterCropTakesTheMiddle) {
  // 512x256 for 224: the shorter side is 256 already, columns 144 to 368 and rows 16 to 240 remain.
  const Image image = noise(512, 256, 3, 4);
  const Image crop = fit_image(image, 224, 224, "CENTER_CROP");
  for (int y = 0; y < 224; ++y) {
    EXPECT_TRUE(std::equal(crop.row(y), crop.row(y) + 224 * 3, image.row(16 + y) + 144 * 3)) << y;
  }
}

TEST(FitImage, UnknownModeIsAnError) {
  EXPECT_EQ(test::error_of([] { fit_image(Image(2, 2, 3), 1, 1, "CROP"); }),
            "RESIZE \"CROP\" is unknown, expected STRETCH, LETTERBOX or CENTER_CROP");
}

}  // namespace
}  // namespace magik::transform
