// A font of 5x8 dots for labels: letters, digits and a few signs; '?' stands for all others.
#ifndef PC_INFERENCE_FONT_H_
#define PC_INFERENCE_FONT_H_

const int kGlyphWidth = 5;
const int kGlyphHeight = 8;
const int kGlyphAdvance = kGlyphWidth + 1;

bool glyph_has_dot(char character, int column, int row);

#endif  // PC_INFERENCE_FONT_H_
