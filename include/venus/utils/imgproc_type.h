/// @file
/// Parameters of image processing.
#ifndef MAGIK_VENUS_UTILS_IMGPROC_TYPE_H_
#define MAGIK_VENUS_UTILS_IMGPROC_TYPE_H_

#include <cstdint>
#include <vector>

#include "common/common_type.h"

namespace magik {
namespace venus {

/// How an image of another aspect ratio is fitted.
enum class BsPadType { NONE = -1 /* stretched */, BOTTOM_RIGHT = 0 /* the rest is filled there */, SYMMETRY = 1 };
/// The same, for the older names.
enum class PaddingType { NONE = -1, BOTTOM_RIGHT = 0, SYMMETRY = 1 };

/// Colours.
struct BsBaseParam {
  ChannelLayout in_layout;       ///< of the source
  ChannelLayout out_layout;      ///< of the outputs
  bool coef_off_enable = false;  ///< whether coef and offset are set; else BT.601
  uint32_t coef[9];    ///< 20-bit fixed point: rows B, G, R, columns Y, U, V; the two chroma terms of G are subtracted
  uint32_t offset[2];  ///< of Y and of U and V
};

/// What resizing needs besides.
struct BsExtendParam : BsBaseParam {
  BsPadType pad_type;  ///< read by resizing only
  uint8_t pad_val;     ///< a grey level, read by resizing only
  float scale_x = 0;   ///< not read: sizes decide
  float scale_y = 0;   ///< not read
};

/// An address by both counts.
struct AddressDesc {
  void* phy_addr;  ///< the machine's
  void* vir_addr;  ///< the process's
};

/// Where the source is the client's memory.
struct BsCommonParam : BsExtendParam {
  int input_height;       ///< pixels
  int input_width;        ///< pixels
  int input_line_stride;  ///< bytes of a row, of a luma row for NV12
  AddressDesc addr_attr;  ///< only for AddressLocate::RMEM_PHYSICAL
};

/// No function takes it.
struct GetZoneParam {
  std::vector<int32_t> input_shape;   ///< not read
  std::vector<int32_t> output_shape;  ///< not read
  float threshold;                    ///< not read
};

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_UTILS_IMGPROC_TYPE_H_
