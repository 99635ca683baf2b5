#include "transform/calibrate/calibrate.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "transform/cli/log.h"
#include "transform/cli/progress.h"
#include "transform/error.h"
#include "venus/core/network.h"

namespace magik::transform {
namespace {

// The first item at which a node (or input) gave NaN or infinity.
using NonFinite = std::map<std::string, size_t>;

// Collects the values of one worker's network.
class Collector : public rt::Observer {
 public:
  explicit Collector(const rt::Graph& graph) : needs_channel_means_(graph.values.size()) {
    for (const rt::Node& node : graph.nodes) {
      if (node.op == "Conv2D" || node.op == "MatMul") needs_channel_means_[static_cast<size_t>(node.inputs[0])] = true;
    }
  }

  void set_item(size_t item) { item_ = item; }

  void run_begins(const rt::Network& network) override {
    for (rt::ValueId id : network.graph().inputs)
      collect(network, id, network.graph().values[static_cast<size_t>(id)].name);
  }

  void node_done(const rt::Network& network, size_t node_index, double) override {
    const rt::Node& node = network.graph().nodes[node_index];
    for (rt::ValueId id : node.outputs) collect(network, id, node.name);
  }

  const std::map<rt::ValueId, Statistics>& statistics() const { return statistics_; }
  const NonFinite& non_finite() const { return non_finite_; }

 private:
  void collect(const rt::Network& network, rt::ValueId id, const std::string& where) {
    const rt::Tensor tensor = network.tensor(id);
    if (tensor.type != rt::ElementType::kFloat32 || tensor.elements() == 0) return;
    auto& [histogram, channel_means] = statistics_[id];
    const uint64_t before = histogram.non_finite();
    const float* values = dense(tensor);
    const auto elements = static_cast<size_t>(tensor.elements());
    histogram.add(values, elements);
    if (needs_channel_means_[static_cast<size_t>(id)]) {
      const auto channels = static_cast<size_t>(tensor.shape.back());
      channel_means.add(values, elements / channels, channels);
    }
    if (histogram.non_finite() != before) non_finite_.emplace(where, item_);
  }

  const float* dense(const rt::Tensor& tensor) {
    const auto* data = tensor.as<float>();
    if (tensor.dense()) return data;
    rows_.clear();
    for (int64_t row = 0; row < tensor.rows(); ++row, data += tensor.pitch) {
      rows_.insert(rows_.end(), data, data + tensor.shape.back());
    }
    return rows_.data();
  }

  std::vector<bool> needs_channel_means_;  // by value
  std::map<rt::ValueId, Statistics> statistics_;
  NonFinite non_finite_;
  std::vector<float> rows_;
  size_t item_ = 0;
};

// The first item that failed, of all workers.
struct Failure {
  size_t item = SIZE_MAX;
  std::exception_ptr exception;
};

}  // namespace

StatisticsByName calibrate(std::shared_ptr<const rt::Graph> graph, const Dataset& dataset, int threads) {
  const size_t items = dataset.size();
  const size_t workers = std::clamp<size_t>(static_cast<size_t>(threads), 1, std::max<size_t>(items, 1));
  Progress progress("run_model", items);
  std::atomic<size_t> next{0};
  std::vector<std::unique_ptr<Collector>> collectors(workers);
  std::vector<Failure> failures(workers);

  const auto work = [&](size_t worker) {
    size_t item = 0;
    try {
      rt::NetworkOptions options;
      options.extra_kernels = &float_kernels();
      const std::unique_ptr<rt::Network> network = check(rt::Network::create(graph, options));
      collectors[worker] = std::make_unique<Collector>(*graph);
      while ((item = next.fetch_add(1)) < items) {
        collectors[worker]->set_item(item);
        fill_inputs(*network, dataset.load(item));
        check(network->run(collectors[worker].get()));
        progress.advance();
      }
    } catch (...) {
      failures[worker] = {item, std::current_exception()};
      next = items;  // the others may stop
    }
  };
  std::vector<std::thread> others;
  for (size_t worker = 1; worker < workers; ++worker) others.emplace_back(work, worker);
  work(0);
  for (std::thread& thread : others) thread.join();

  const auto first = std::min_element(failures.begin(), failures.end(),
                                      [](const Failure& a, const Failure& b) { return a.item < b.item; });
  if (first->exception) std::rethrow_exception(first->exception);

  StatisticsByName statistics;
  NonFinite non_finite;
  for (const std::unique_ptr<Collector>& collector : collectors) {
    for (const auto& [id, collected] : collector->statistics()) {
      Statistics& merged = statistics[graph->values[static_cast<size_t>(id)].name];
      merged.histogram.merge(collected.histogram);
      merged.channel_means.merge(collected.channel_means);
    }
    for (const auto& [node, item] : collector->non_finite()) {
      size_t& earliest = non_finite.emplace(node, item).first->second;
      earliest = std::min(earliest, item);
    }
  }
  for (const auto& [node, item] : non_finite) {
    MAGIK_LOG_WARNING("calibration: node '{}' gives NaN or infinity for '{}'; such values are left out of its range",
                      node, dataset.name(item));
  }
  return statistics;
}

}  // namespace magik::transform
