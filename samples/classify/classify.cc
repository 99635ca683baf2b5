// Classifies photos with libvenus, the float network beside the 8-bit one.
//
//   classify MODEL_QUANT MODEL_FLOAT LABELS IMAGE...
//
// Only the photos' decoding is the toolkit's own (a camera would give pixels); all else is the public interface.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include "transform/data/image.h"
#include "transform/data/resize.h"
#include "venus.h"
#include "venus_ext.h"

namespace {

struct Class {
  size_t index;
  float probability;
};

struct Answer {
  std::vector<Class> best;  // three, the most probable first
  double milliseconds;
};

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// Networks end in scores of any size, or in probabilities already.
std::vector<float> to_probabilities(std::vector<float> scores) {
  float sum = 0;
  for (const float score : scores) sum += score;
  const bool are_probabilities = std::fabs(sum - 1) < 0.01f && *std::min_element(scores.begin(), scores.end()) >= 0;
  if (are_probabilities) return scores;
  const float largest = *std::max_element(scores.begin(), scores.end());
  sum = 0;
  for (float& score : scores) sum += score = std::exp(score - largest);
  for (float& score : scores) score /= sum;
  return scores;
}

std::vector<Class> best_three(const std::vector<float>& probabilities) {
  std::vector<Class> classes;
  for (size_t i = 0; i < probabilities.size(); ++i) classes.push_back({i, probabilities[i]});
  const size_t count = std::min<size_t>(3, classes.size());
  std::partial_sort(classes.begin(), classes.begin() + static_cast<ptrdiff_t>(count), classes.end(),
                    [](const Class& a, const Class& b) { return a.probability > b.probability; });
  classes.resize(count);
  return classes;
}

// Photos are fitted as most image networks are trained: the shorter side a little larger than the input, then the
// centre.
void fill_input(const magik::transform::Image& photo, venus::BaseNet& net) {
  const auto input = net.get_input(0);
  const venus::shape_t shape = input->shape();  // {1, height, width, 4 or 1}
  const bool grey = shape[3] == 1;
  const magik::transform::Image pixels = magik::transform::fit_image(
      magik::transform::convert_color(photo, grey ? "GRAY" : "RGB"), shape[2], shape[1], "CENTER_CROP");
  auto* to = input->mudata<uint8_t>();
  for (size_t i = 0; i < pixels.pixels.size(); i += static_cast<size_t>(pixels.channels)) {
    std::memcpy(to, &pixels.pixels[i], static_cast<size_t>(pixels.channels));
    to += shape[3];
  }
}

Answer classify(const magik::transform::Image& photo, venus::BaseNet& net) {
  fill_input(photo, net);
  const auto start = std::chrono::steady_clock::now();
  net.run();
  const auto end = std::chrono::steady_clock::now();
  const auto output = net.get_output(0);
  size_t classes = 1;
  for (const int32_t dim : output->shape()) classes *= static_cast<size_t>(dim);
  const float* scores = output->data<float>();
  return {best_three(to_probabilities({scores, scores + classes})),
          std::chrono::duration<double, std::milli>(end - start).count()};
}

std::string name_of(const std::vector<std::string>& labels, size_t index) {
  const std::string name = index < labels.size() ? labels[index] : "class " + std::to_string(index);
  return name.substr(0, name.find(','));
}

int run(const std::string& quant_path, const std::string& float_path, const std::string& labels_path,
        const std::vector<std::string>& photos) {
  const std::vector<std::string> labels = read_lines(labels_path);
  venus::venus_init();
  const auto float_net = venus::net_create(), quant_net = venus::net_create();
  if (float_net->load_model(float_path.c_str()) != 0 || quant_net->load_model(quant_path.c_str()) != 0) return 1;
  for (const std::string& path : photos) {
    const magik::transform::Image photo = magik::transform::load_image(path);
    const Answer in_float = classify(photo, *float_net), in_int8 = classify(photo, *quant_net);
    std::printf("%s\n  %-38s  %s\n", path.c_str(), "float", "int8");
    for (size_t i = 0; i < in_float.best.size(); ++i) {
      const Class &f = in_float.best[i], &q = in_int8.best[i];
      std::printf("  %5.1f %% %-30.30s  %5.1f %% %s\n", 100 * f.probability, name_of(labels, f.index).c_str(),
                  100 * q.probability, name_of(labels, q.index).c_str());
    }
    char time[32];
    std::snprintf(time, sizeof time, "%.2f ms", in_float.milliseconds);
    std::printf("  %-38s  %.2f ms\n", time, in_int8.milliseconds);
  }
  return venus::venus_deinit();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fputs("classify MODEL_QUANT MODEL_FLOAT LABELS IMAGE...\n", stderr);
    return 1;
  }
  try {
    return run(argv[1], argv[2], argv[3], {argv + 4, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "classify: %s\n", error.what());
    return 1;
  }
}
