// Parameters of image processing.
#ifndef MAGIK_VENUS_UTILS_IMGPROC_TYPE_H_
#define MAGIK_VENUS_UTILS_IMGPROC_TYPE_H_

#include <cstdint>
#include <vector>

#include "common/common_type.h"

namespace magik {
namespace venus {

// How an image of another aspect ratio is fitted.
enum class BsPadType { NONE = -1 /* stretched */, BOTTOM_RIGHT = 0 /* the rest is filled there */, SYMMETRY = 1 };
enum class PaddingType { NONE = -1, BOTTOM_RIGHT = 0, SYMMETRY = 1 };

struct BsBaseParam {
  ChannelLayout in_layout;
  ChannelLayout out_layout;
  bool coef_off_enable = false;  // whether coef and offset are set; else BT.601
  uint32_t coef[9];    // 20-bit fixed point: rows B, G, R, columns Y, U, V; the two chroma terms of G are subtracted
  uint32_t offset[2];  // of Y and of U and V
};

struct BsExtendParam : BsBaseParam {
  BsPadType pad_type;
  uint8_t pad_val;
  float scale_x = 0;
  float scale_y = 0;
};

struct AddressDesc {
  void* phy_addr;
  void* vir_addr;
};

struct BsCommonParam : BsExtendParam {
  int input_height;
  int input_width;
  int input_line_stride;  // bytes of a row, of a luma row for NV12
  AddressDesc addr_attr;  // only for AddressLocate::RMEM_PHYSICAL
};

struct GetZoneParam {
  std::vector<int32_t> input_shape;
  std::vector<int32_t> output_shape;
  float threshold;
};

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_UTILS_IMGPROC_TYPE_H_
