#include "transform/debug/distance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "transform/calibrate/test_support.h"

namespace magik::transform {
namespace {

using testing::random_floats;

// The columns as the definition reads, with all items in memory.
struct Columns {
  double cosine_average = 0, cosine_min = 1, cosine_max = -1, euclidean = 0, deviation = 0, max = 0, normalized = 0;
};

double deviation_of(const std::vector<double>& values) {
  double mean = 0, squares = 0;
  for (double v : values) mean += v / static_cast<double>(values.size());
  for (double v : values) squares += (v - mean) * (v - mean) / static_cast<double>(values.size());
  return std::sqrt(squares);
}

Columns by_definition(const std::vector<std::vector<float>>& f, const std::vector<std::vector<float>>& q) {
  Columns c;
  std::vector<double> differences, references;
  for (size_t item = 0; item < f.size(); ++item) {
    double fq = 0, ff = 0, qq = 0, dd = 0;
    for (size_t i = 0; i < f[item].size(); ++i) {
      const double a = f[item][i], b = q[item][i];
      fq += a * b;
      ff += a * a;
      qq += b * b;
      dd += (b - a) * (b - a);
      differences.push_back(b - a);
      references.push_back(a);
      c.max = std::max(c.max, std::fabs(b - a));
    }
    const double cosine = fq / std::sqrt(ff * qq);
    c.cosine_average += cosine / static_cast<double>(f.size());
    c.cosine_min = std::min(c.cosine_min, cosine);
    c.cosine_max = std::max(c.cosine_max, cosine);
    c.euclidean += std::sqrt(dd / ff) / static_cast<double>(f.size());
  }
  c.deviation = deviation_of(differences);
  c.normalized = c.max / deviation_of(references);
  return c;
}

TEST(DistanceTest, ColumnsAreAsDefined) {
  std::vector<std::vector<float>> f, q;
  Distance distance;
  for (unsigned item = 0; item < 7; ++item) {
    const size_t count = 100 + item * 13;
    f.push_back(random_floats(count, item));
    q.push_back(random_floats(count, item + 50, 0.1f));
    for (size_t i = 0; i < count; ++i) {
      f[item][i] += 1000;  // a mean far from zero must not spoil the deviations
      q[item][i] += f[item][i] + 0.5f;
    }
    distance.add_item(f[item].data(), q[item].data(), count);
  }
  const Columns expected = by_definition(f, q);
  EXPECT_NEAR(distance.cosine_average(), expected.cosine_average, 1e-9);
  EXPECT_NEAR(distance.cosine_min(), expected.cosine_min, 1e-9);
  EXPECT_NEAR(distance.cosine_max(), expected.cosine_max, 1e-9);
  EXPECT_NEAR(distance.euclidean(), expected.euclidean, 1e-9);
  EXPECT_NEAR(distance.deviation(), expected.deviation, 1e-7);
  EXPECT_EQ(distance.max_absolute(), expected.max);
  EXPECT_NEAR(distance.max_normalized(), expected.normalized, 1e-6);
}

TEST(DistanceTest, ZeroTensors) {
  const std::vector<float> zero(4), one(4, 1.0f);
  Distance both;
  both.add_item(zero.data(), zero.data(), 4);
  EXPECT_EQ(both.cosine_average(), 1);
  EXPECT_EQ(both.euclidean(), 0);
  EXPECT_EQ(both.max_normalized(), 0);
  Distance reference;
  reference.add_item(zero.data(), one.data(), 4);
  EXPECT_EQ(reference.cosine_average(), 0);
  EXPECT_TRUE(std::isinf(reference.euclidean()));
  Distance candidate;
  candidate.add_item(one.data(), zero.data(), 4);
  EXPECT_EQ(candidate.cosine_average(), 0);
  EXPECT_EQ(candidate.euclidean(), 1);
}

TEST(DistanceTest, TheTableIsAligned) {
  const std::vector<float> f = {1, -1}, q = {1, -0.5f};
  Distance distance;
  distance.add_item(f.data(), q.data(), 2);
  const std::string table =
      distance_table("ptq model compute distance", {{"a/rather/long/node/name", distance}, {"b", {}}});
  std::istringstream lines(table);
  std::string title, header, row;
  std::getline(lines, title);
  std::getline(lines, header);
  std::getline(lines, row);
  EXPECT_EQ(title, "ptq model compute distance");
  EXPECT_EQ(header,
            "feature name            cosine_avg cosine_min cosine_max euc_distan stand_devi max_absolu max_abs_0~1");
  EXPECT_EQ(row,
            "a/rather/long/node/name    0.94868    0.94868    0.94868    0.35355    0.25000    0.50000     0.50000");
}

}  // namespace
}  // namespace magik::transform
