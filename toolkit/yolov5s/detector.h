// What the two programs of this sample share: the network, its letterboxed input and its boxes.
#ifndef YOLOV5S_DETECTOR_H_
#define YOLOV5S_DETECTOR_H_

#include <memory>
#include <string>

#include "venus.h"

class Detector {
 public:
  // Loads the model and gives its input the size 640x384. False if it cannot be loaded.
  bool load(const std::string& model_path);

  // Fits the picture, of any layout that warp_resize() takes, into the middle of the input.
  bool set_picture(const venus::Tensor& picture, venus::ChannelLayout layout, int width, int height);
  // An input that is prepared already: bytes {1, 384, 640, 4}.
  bool set_prepared(const venus::Tensor& input);

  // Runs the network and prints the boxes, in pixels of the picture.
  bool detect();

 private:
  std::unique_ptr<venus::BaseNet> net_;
  std::unique_ptr<venus::Tensor> input_;
  float scale_ = 1;
  int pad_x_ = 0, pad_y_ = 0;
};

#endif  // YOLOV5S_DETECTOR_H_
