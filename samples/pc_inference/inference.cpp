// Finds objects in a photo with a YOLOv5 network, on the PC.
//
//   pc_inference_bin MODEL.mgk IMAGE SAVE_INPUT_DIR W H C [NAMES]
//
// Writes the network's input to SAVE_INPUT_DIR/magik_input_nhwc_1_H_W_C.bin and the photo with boxes to ./result.bmp.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "args_parser.h"
#include "class_names.h"
#include "detector.h"
#include "drawing.h"
#include "graph_executor.h"
#include "image.h"

namespace {

using magik::transformkit::magikexecutor::ArgsParser;
using magik::transformkit::magikexecutor::GraphExecutor;
using magik::transformkit::magikexecutor::Tensor;

const char kUsage[] =
    "usage: pc_inference_bin MODEL.mgk IMAGE SAVE_INPUT_DIR W H C [NAMES]\n"
    "  W H C  width, height and channels of the network's input: 640 384 3\n"
    "  NAMES  a file with the name of each class, one a line\n";

const int kCoarsestStride = 32;
const int kLargestSide = 8192;

struct Arguments {
  std::string model, image, input_directory, names;
  int width, height, channels;
};

Arguments read_arguments(const ArgsParser& words) {
  Arguments arguments = {words[0], words[1], words[2], words.size() > 6 ? words[6] : "", 0, 0, 0};
  std::string error;
  if (!words.integer(3, "W", kCoarsestStride, kLargestSide, arguments.width, error) ||
      !words.integer(4, "H", kCoarsestStride, kLargestSide, arguments.height, error) ||
      !words.integer(5, "C", 1, 3, arguments.channels, error)) {
    throw std::runtime_error(error);
  }
  if (arguments.width % kCoarsestStride != 0 || arguments.height % kCoarsestStride != 0 || arguments.channels == 2) {
    throw std::runtime_error("W H C are " + words[3] + " " + words[4] + " " + words[5] +
                             ", expected multiples of 32 for W and H, and 1 or 3 for C");
  }
  return arguments;
}

void check(bool ok, const GraphExecutor& executor, const std::string& model) {
  if (!ok || !executor.error().empty()) throw std::runtime_error(model + ": " + executor.error());
}

void save_input(const Tensor& input, const std::string& directory) {
  std::string path = directory + "/magik_input_nhwc";
  for (const int dim : input.shape()) path += "_" + std::to_string(dim);
  path += ".bin";
  std::ofstream file(path, std::ios::binary);
  file.write(static_cast<const char*>(input.get_ptr()), input.byte_size());
  file.close();
  if (!file) throw std::runtime_error(path + ": cannot write the file; SAVE_INPUT_DIR has to be a folder");
}

Detections detect(GraphExecutor& executor, const Arguments& arguments, const Tensor& input) {
  check(executor.set_input(&input), executor, arguments.model);
  check(executor.work(), executor, arguments.model);
  std::vector<Head> heads;
  for (const std::string& name : executor.get_output_names()) {
    const Tensor* output = executor.get_output_tensor(name);
    heads.push_back({name, output->shape(), static_cast<const float*>(output->get_ptr())});
  }
  return find_boxes(heads, arguments.width, arguments.height);
}

void run(const Arguments& arguments) {
  GraphExecutor executor(arguments.model);
  check(true, executor, arguments.model);

  Tensor photo({0}, Tensor::DT_UINT8);
  std::string error;
  if (!load_image(arguments.image, photo, error)) throw std::runtime_error(error);
  const int width = photo.shape()[2], height = photo.shape()[1];
  std::printf("image w,h: %d ,%d\n", width, height);

  Tensor input({1, arguments.height, arguments.width, arguments.channels}, Tensor::DT_UINT8);
  const Letterbox letterbox = fit_picture(photo, input);
  std::printf("pad_x:%d pad_y:%d scale:%f\n", letterbox.pad_x, letterbox.pad_y, letterbox.scale);
  save_input(input, arguments.input_directory);

  const Detections detections = detect(executor, arguments, input);
  const std::vector<std::string> names = class_names(arguments.names, detections.classes);
  Picture picture(width, height, static_cast<const std::uint8_t*>(photo.get_ptr()));
  for (std::size_t i = detections.boxes.size(); i-- > 0;) {  // the best one on top
    const venus::ObjBbox_t& found = detections.boxes[i];
    const venus::Bbox_t box = in_picture(found.box, letterbox, width, height);
    char score[16];
    std::snprintf(score, sizeof score, " %.2f", found.score);
    picture.draw_box(static_cast<int>(box.x0), static_cast<int>(box.y0), static_cast<int>(std::ceil(box.x1)),
                     static_cast<int>(std::ceil(box.y1)), names[static_cast<std::size_t>(found.class_id)] + score,
                     class_color(found.class_id));
  }
  for (const venus::ObjBbox_t& found : detections.boxes) {
    const venus::Bbox_t box = in_picture(found.box, letterbox, width, height);
    std::printf("box:   %ld %ld %ld %ld %.2f %s\n", std::lround(box.x0), std::lround(box.y0), std::lround(box.x1),
                std::lround(box.y1), found.score, names[static_cast<std::size_t>(found.class_id)].c_str());
  }
  if (!picture.write_bmp("result.bmp")) throw std::runtime_error("result.bmp: cannot write the file");
  std::printf("%zu boxes, drawn in result.bmp\n", detections.boxes.size());
}

}  // namespace

int main(int argc, char** argv) {
  const ArgsParser words(argc, argv);
  if (words.size() < 6 || words.size() > 7) {
    std::fputs(kUsage, stderr);
    return 1;
  }
  try {
    run(read_arguments(words));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pc_inference_bin: %s\n", error.what());
    return 1;
  }
  return 0;
}
