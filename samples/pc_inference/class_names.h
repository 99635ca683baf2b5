// Names of a detector's classes.
#ifndef PC_INFERENCE_CLASS_NAMES_H_
#define PC_INFERENCE_CLASS_NAMES_H_

#include <string>
#include <vector>

// The lines of `path`, which have to be as many as there are classes: throws std::runtime_error. Without a path those
// of COCO for 80 classes, else "class 0", "class 1", ...
std::vector<std::string> class_names(const std::string& path, int classes);

#endif  // PC_INFERENCE_CLASS_NAMES_H_
