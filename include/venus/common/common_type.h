/// @file
/// Types that networks and image processing share.
#ifndef MAGIK_VENUS_COMMON_COMMON_TYPE_H_
#define MAGIK_VENUS_COMMON_COMMON_TYPE_H_

#include <cstdint>
#include <vector>

namespace magik {
namespace venus {

/// How the bytes of a tensor lie.
enum class TensorFormat {
  NHWC = 1,  ///< dense, the last dimension varies fastest
  NV12 = 5,  ///< {1, h, w, 1}: h * w bytes of luma, then h * w / 2 bytes of interleaved chroma
};

/// Where a network's intermediate values live.
enum class ShareMemoryMode {
  DEFAULT = 0,            ///< memory of its own
  SHARE_ONE_THREAD = 1,   ///< one memory for the networks that one thread loads, as large as the largest needs
  SET_FROM_EXTERNAL = 2,  ///< the client supplies it with set_forward_memory()
  ALL_SEPARABLE_MEM = 3,  ///< as DEFAULT
  SMART_REUSE_MEM = 4,    ///< as DEFAULT
};

/// The bytes of a pixel, in the order of memory.
enum class ChannelLayout {
  NONE = -1,
  NV12 = 0,
  BGRA = 1,
  RGBA = 2,
  ARGB = 3,
  RGB = 4,
  GRAY = 5,
  FP = 6,  ///< not pixels: float32
};

/// The images that a matrix is for. It makes no difference: matrices count in pixels.
enum class TransformType { NONE = -1, NV12_NV12 = 0 };

/// Whose address an image has.
enum class AddressLocate {
  NMEM_VIRTUAL = 0,   ///< the process's
  RMEM_PHYSICAL = 1,  ///< the machine's; needs the vendor's kernel module and is an error without it
};

/// A box. Corners in pixels; the far corner (x1, y1) is exclusive.
struct Bbox_t {
  float x0;  ///< left
  float y0;  ///< top
  float x1;  ///< right
  float y1;  ///< bottom
};
/// Another name.
using Box_t = Bbox_t;

/// What a detector found.
struct ObjBbox_t {
  Bbox_t box;    ///< where
  float score;   ///< 0 to 1
  int class_id;  ///< from 0
};
/// Another name.
using ObjectBbox_t = ObjBbox_t;

/// See nms().
enum class NmsType { HARD_NMS = 0, SOFT_NMS = 1 };
/// Another name.
using NmsType_t = NmsType;

/// How a detector's heads are decoded, see generate_box().
enum class DetectorType { YOLOV3 = 0, YOLOV5 = 1 };
/// Another name.
using DetectorType_t = DetectorType;

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_COMMON_COMMON_TYPE_H_
