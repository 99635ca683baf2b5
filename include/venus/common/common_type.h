// Types that networks and image processing share.
#ifndef MAGIK_VENUS_COMMON_COMMON_TYPE_H_
#define MAGIK_VENUS_COMMON_COMMON_TYPE_H_

#include <cstdint>
#include <vector>

namespace magik {
namespace venus {

enum class TensorFormat {
  NHWC = 1,
  NV12 = 5,  // {1, h, w, 1}: h * w bytes of luma, then h * w / 2 bytes of interleaved chroma
};

// Where a network's intermediate values live.
enum class ShareMemoryMode {
  DEFAULT = 0,            // memory of its own
  SHARE_ONE_THREAD = 1,   // one memory for the networks that one thread loads, as large as the largest needs
  SET_FROM_EXTERNAL = 2,  // the client supplies it with set_forward_memory()
  ALL_SEPARABLE_MEM = 3,  // as DEFAULT
  SMART_REUSE_MEM = 4,    // as DEFAULT
};

enum class ChannelLayout {
  NONE = -1,
  NV12 = 0,
  BGRA = 1,
  RGBA = 2,
  ARGB = 3,
  RGB = 4,
  GRAY = 5,
  FP = 6,  // not pixels: float32
};

enum class TransformType { NONE = -1, NV12_NV12 = 0 };

enum class AddressLocate { NMEM_VIRTUAL = 0, RMEM_PHYSICAL = 1 };

// Corners in pixels; the far corner (x1, y1) is exclusive.
struct Bbox_t {
  float x0;
  float y0;
  float x1;
  float y1;
};
using Box_t = Bbox_t;

struct ObjBbox_t {
  Bbox_t box;
  float score;
  int class_id;
};
using ObjectBbox_t = ObjBbox_t;

enum class NmsType { HARD_NMS = 0, SOFT_NMS = 1 };
using NmsType_t = NmsType;

enum class DetectorType { YOLOV3 = 0, YOLOV5 = 1 };
using DetectorType_t = DetectorType;

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_COMMON_COMMON_TYPE_H_
