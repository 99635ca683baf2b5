#include "transform/debug/distance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace magik::transform {
namespace {

struct Sums {
  double f = 0, ff = 0, qq = 0, fq = 0, d = 0, dd = 0, max = 0;

  void add(double f_value, double q_value) {
    const double difference = q_value - f_value;
    f += f_value;
    ff += f_value * f_value;
    qq += q_value * q_value;
    fq += f_value * q_value;
    d += difference;
    dd += difference * difference;
    max = std::max(max, std::fabs(difference));
  }
};

Sums sums_of(const float* f, const float* q, size_t count) {
  constexpr size_t kLanes = 4;  // independent sums, so that additions overlap
  std::array<Sums, kLanes> lanes;
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) lanes[lane].add(f[i + lane], q[i + lane]);
  }
  for (; i < count; ++i) lanes[0].add(f[i], q[i]);
  Sums total;
  for (const Sums& lane : lanes) {
    total.f += lane.f;
    total.ff += lane.ff;
    total.qq += lane.qq;
    total.fq += lane.fq;
    total.d += lane.d;
    total.dd += lane.dd;
    total.max = std::max(total.max, lane.max);
  }
  return total;
}

// 0 / 0 is 0: no error is none, whatever it is measured by.
double ratio(double error, double reference) {
  if (reference > 0) return error / reference;
  return error > 0 ? std::numeric_limits<double>::infinity() : 0;
}

}  // namespace

// Chan, Golub, LeVeque: "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
void Spread::add(double count, double sum, double squares) {
  if (count == 0) return;
  const double mean = sum / count, shift = mean - mean_, total = count_ + count;
  squares_ += std::max(squares - sum * mean, 0.0) + shift * shift * count_ * count / total;
  mean_ += shift * count / total;
  count_ = total;
}

double Spread::deviation() const { return count_ > 0 ? std::sqrt(squares_ / count_) : 0; }

void Distance::add_item(const float* f, const float* q, size_t count) {
  const Sums sums = sums_of(f, q, count);
  double cosine = sums.ff == 0 && sums.qq == 0 ? 1 : 0;
  if (sums.ff > 0 && sums.qq > 0) cosine = sums.fq / (std::sqrt(sums.ff) * std::sqrt(sums.qq));
  ++items_;
  cosine_sum_ += cosine;
  cosine_min_ = std::min(cosine_min_, cosine);
  cosine_max_ = std::max(cosine_max_, cosine);
  euclidean_sum_ += ratio(std::sqrt(sums.dd), std::sqrt(sums.ff));
  max_absolute_ = std::max(max_absolute_, sums.max);
  error_.add(static_cast<double>(count), sums.d, sums.dd);
  reference_.add(static_cast<double>(count), sums.f, sums.ff);
}

double Distance::max_normalized() const { return ratio(max_absolute_, reference_.deviation()); }

std::string distance_table(const std::string& title, const std::vector<std::pair<std::string, Distance>>& rows) {
  const std::string heading = "feature name";
  size_t width = heading.size();
  for (const auto& [name, distance] : rows) width = std::max(width, name.size());
  std::string table = fmt::format("{}\n{:<{}}", title, heading, width);
  for (const char* column : {"cosine_avg", "cosine_min", "cosine_max", "euc_distan", "stand_devi", "max_absolu"}) {
    table += fmt::format(" {:>10}", column);
  }
  table += fmt::format(" {:>11}\n", "max_abs_0~1");
  for (const auto& [name, d] : rows) {
    table += fmt::format("{:<{}} {:>10.5f} {:>10.5f} {:>10.5f} {:>10.5f} {:>10.5f} {:>10.5f} {:>11.5f}\n", name, width,
                         d.cosine_average(), d.cosine_min(), d.cosine_max(), d.euclidean(), d.deviation(),
                         d.max_absolute(), d.max_normalized());
  }
  return table;
}

}  // namespace magik::transform
