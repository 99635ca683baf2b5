#include "venus/core/json_text.h"

#include <gtest/gtest.h>

namespace magik::rt {
namespace {

TEST(JsonText, EscapesWhatJsonHasToEscape) {
  EXPECT_EQ(json_text(""), R"("")");
  EXPECT_EQ(json_text("a/b \"c\" \\ \n\x1f"), R"("a/b \"c\" \\ \u000a\u001f")");
}

TEST(JsonText, KeepsUtf8) {
  const std::string text = "\xc2\x80 m\xc3\xb6 \xe4\xb8\xad \xed\x9f\xbf \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf";
  EXPECT_EQ(json_text(text), '"' + text + '"');
}

// File names may be any bytes, JSON is UTF-8.
TEST(JsonText, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(json_text("b\xe4r.png"), R"("b\ufffdr.png")");
  EXPECT_EQ(json_text("\x80\xff"), R"("\ufffd\ufffd")");
  EXPECT_EQ(json_text("\xc3"), R"("\ufffd")");                                // ends early
  EXPECT_EQ(json_text("\xc0\xaf"), R"("\ufffd\ufffd")");                      // overlong
  EXPECT_EQ(json_text("\xe0\x9f\xbf"), R"("\ufffd\ufffd\ufffd")");            // overlong
  EXPECT_EQ(json_text("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")");            // a surrogate
  EXPECT_EQ(json_text("\xf4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")");  // beyond U+10FFFF
}

}  // namespace
}  // namespace magik::rt
