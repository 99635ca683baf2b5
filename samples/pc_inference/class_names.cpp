#include "class_names.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace {

const char* const kCocoNames[] = {
    "person",         "bicycle",    "car",           "motorbike",     "aeroplane",    "bus",           "train",
    "truck",          "boat",       "traffic light", "fire hydrant",  "stop sign",    "parking meter", "bench",
    "bird",           "cat",        "dog",           "horse",         "sheep",        "cow",           "elephant",
    "bear",           "zebra",      "giraffe",       "backpack",      "umbrella",     "handbag",       "tie",
    "suitcase",       "frisbee",    "skis",          "snowboard",     "sports ball",  "kite",          "baseball bat",
    "baseball glove", "skateboard", "surfboard",     "tennis racket", "bottle",       "wine glass",    "cup",
    "fork",           "knife",      "spoon",         "bowl",          "banana",       "apple",         "sandwich",
    "orange",         "broccoli",   "carrot",        "hot dog",       "pizza",        "donut",         "cake",
    "chair",          "couch",      "potted plant",  "bed",           "dining table", "toilet",        "tv",
    "laptop",         "mouse",      "remote",        "keyboard",      "cell phone",   "microwave",     "oven",
    "toaster",        "sink",       "refrigerator",  "book",          "clock",        "vase",          "scissors",
    "teddy bear",     "hair drier", "toothbrush",
};
const int kCocoClasses = sizeof kCocoNames / sizeof *kCocoNames;

std::vector<std::string> read_names(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot open the file of class names: " + std::strerror(errno));
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  return names;
}

}  // namespace

std::vector<std::string> class_names(const std::string& path, int classes) {
  if (!path.empty()) {
    std::vector<std::string> names = read_names(path);
    if (names.size() == static_cast<std::size_t>(classes)) return names;
    throw std::runtime_error(path + ": it has " + std::to_string(names.size()) + " names, the model knows " +
                             std::to_string(classes) + " classes");
  }
  if (classes == kCocoClasses) return {kCocoNames, kCocoNames + kCocoClasses};
  std::vector<std::string> names;
  for (int i = 0; i < classes; ++i) names.push_back("class " + std::to_string(i));
  return names;
}
