// YOLOv5 around the network: the picture that goes in, the boxes that come out.
#ifndef PC_INFERENCE_DETECTOR_H_
#define PC_INFERENCE_DETECTOR_H_

#include <string>
#include <vector>

#include "tensor.h"
#include "venus.h"

// Where a picture lies in the network's input: position in the input = position in the picture * scale + pad.
struct Letterbox {
  float scale;
  int pad_x, pad_y;
};

// Fits the RGB picture {1, h, w, 3} into the middle of `input`, {1, H, W, 3} or {1, H, W, 1}; the rest becomes grey.
// The same bytes as the board's sample makes. Throws std::runtime_error.
Letterbox fit_picture(const magik::transformkit::magikexecutor::Tensor& picture,
                      magik::transformkit::magikexecutor::Tensor& input);

// A raw head of the network: NHWC {1, h, w, 3 * (5 + classes)}.
struct Head {
  std::string name;
  std::vector<int> shape;
  const float* values;
};

struct Detections {
  int classes;                          // that the network knows
  std::vector<venus::ObjBbox_t> boxes;  // in pixels of the network's input, best score first
};

// Decodes the three heads, in any order, of a network with an input of width x height pixels. Throws std::runtime_error
// where the outputs are no such heads.
Detections find_boxes(std::vector<Head> heads, int width, int height);

// In pixels of the picture, clipped at its border.
venus::Bbox_t in_picture(const venus::Bbox_t& box, const Letterbox& letterbox, int width, int height);

#endif  // PC_INFERENCE_DETECTOR_H_
