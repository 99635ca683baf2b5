#include "venus/imgproc/matrix.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "venus.h"
#include "venus_ext.h"

namespace magik::imgproc {
namespace {

using venus::Tensor;
using venus::TransformType;

Tensor floats(const std::vector<float>& values, const venus::shape_t& shape) {
  Tensor tensor(shape);
  std::copy(values.begin(), values.end(), tensor.mudata<float>());
  return tensor;
}

void expect_floats(const float* actual, const std::vector<double>& expected, double tolerance = 1e-5) {
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(actual[i], expected[i], tolerance) << i;
}

TEST(Matrices, RotateAsOpenCvDoes) {
  float m[6];
  ASSERT_EQ(venus::get_affine_rotation_matrix(90, 1, 10, 20, m), 0);
  expect_floats(m, {0, 1, -10, -1, 0, 30}, 0);  // exact
  ASSERT_EQ(venus::get_affine_rotation_matrix(-180, 2, 3, 4, m), 0);
  expect_floats(m, {-2, 0, 9, 0, -2, 12}, 0);
  for (float angle = -1000; angle < 1000; angle += 3.7f) {
    ASSERT_EQ(venus::get_affine_rotation_matrix(angle, 1.5f, 100, 50, m), 0);
    const double radians = angle * std::acos(-1.0) / 180;
    const double a = 1.5 * std::cos(radians), b = 1.5 * std::sin(radians);
    expect_floats(m, {a, b, (1 - a) * 100 - b * 50, -b, a, b * 100 + (1 - a) * 50}, 2e-5);
  }
}

TEST(Matrices, AffineFromThreePoints) {
  Tensor from = floats({0, 0, 10, 0, 0, 10}, {1, 3, 2, 1}), to = floats({5, 7, 25, 7, 5, 37}, {1, 3, 2, 1});
  Tensor output({1, 3, 2, 1});
  ASSERT_EQ(venus::get_affine_transform(from, to, output, TransformType::NONE), 0);
  expect_floats(output.data<float>(), {2, 0, 5, 0, 3, 7});
}

TEST(Matrices, SimilarityIsTheLeastSquaresOne) {
  // A turn by 90 degrees, twice the size, and a shift.
  Tensor from = floats({0, 0, 10, 0, 10, 5}, {1, 3, 2, 1}), to = floats({3, 4, 3, 24, -7, 24}, {1, 3, 2, 1});
  Tensor nine({1, 3, 3, 1});
  ASSERT_EQ(venus::similar_transform(from, to, nine), 0);
  expect_floats(nine.data<float>(), {0, -2, 3, 2, 0, 4, 0, 0, 1});
  // No other similarity is nearer to points that none fits.
  const std::vector<Point> a = {{0, 0}, {4, 1}, {1, 5}, {3, 3}}, b = {{1, 1}, {3, 4}, {-3, 5}, {2, 2}};
  const auto distance = [&](const Matrix& m) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      const double x = m.at[0][0] * a[i].x + m.at[0][1] * a[i].y + m.at[0][2] - b[i].x;
      const double y = m.at[1][0] * a[i].x + m.at[1][1] * a[i].y + m.at[1][2] - b[i].y;
      sum += x * x + y * y;
    }
    return sum;
  };
  rt::Result<Matrix> best = similarity(a, b);
  ASSERT_TRUE(best.ok());
  std::mt19937 random(1);
  for (int i = 0; i < 100; ++i) {
    Matrix other = best.value();
    const auto nudge = [&] { return (static_cast<int>(random() % 201) - 100) * 1e-3; };
    const double c = nudge(), s = nudge();
    other.at[0][0] += c;
    other.at[1][1] += c;
    other.at[0][1] -= s;
    other.at[1][0] += s;
    other.at[0][2] += nudge();
    other.at[1][2] += nudge();
    EXPECT_GE(distance(other), distance(best.value()));
  }
}

TEST(Matrices, SimilarityWritesWhatTheOutputHasRoomFor) {
  Tensor from = floats({0, 0, 1, 0, 0, 1}, {1, 3, 2, 1}), to = floats({0, 0, 2, 0, 0, 2}, {1, 3, 2, 1});
  alignas(64) float memory[9] = {9, 9, 9, 9, 9, 9, 9, 9, 9};
  Tensor six(memory, 6 * sizeof(float));
  six.reshape({1, 3, 2, 1});
  ASSERT_EQ(venus::similar_transform(from, to, six), 0);
  expect_floats(memory, {2, 0, 0, 0, 2, 0, 9, 9, 9});
  Tensor nine(memory, sizeof memory);
  ASSERT_EQ(venus::similar_transform(from, to, nine), 0);
  expect_floats(memory, {2, 0, 0, 0, 2, 0, 0, 0, 1});
}

TEST(Matrices, PerspectiveFromFourPoints) {
  Tensor from = floats({0, 0, 100, 0, 100, 80, 0, 80}, {1, 4, 2, 1});
  Tensor to = floats({10, 5, 90, 15, 110, 95, -5, 70}, {1, 4, 2, 1});
  Tensor output({1, 3, 3, 1});
  ASSERT_EQ(venus::get_perspective_transform(from, to, output, TransformType::NV12_NV12), 0);
  const float* m = output.data<float>();
  EXPECT_EQ(m[8], 1);
  for (int i = 0; i < 4; ++i) {
    const double x = from.data<float>()[2 * i], y = from.data<float>()[2 * i + 1];
    const double w = m[6] * x + m[7] * y + m[8];
    EXPECT_NEAR((m[0] * x + m[1] * y + m[2]) / w, to.data<float>()[2 * i], 1e-3);
    EXPECT_NEAR((m[3] * x + m[4] * y + m[5]) / w, to.data<float>()[2 * i + 1], 1e-3);
  }
}

TEST(Matrices, InverseTimesMatrixIsOne) {
  const Matrix m = {{{2, 1, 30}, {-1, 1.5, 4}, {1e-3, -2e-3, 1}}};
  rt::Result<Matrix> inverted = inverse(m);
  ASSERT_TRUE(inverted.ok());
  const Matrix one = inverted.value() * m;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) EXPECT_NEAR(one.at[i][j], i == j, 1e-12);
  }
  // An affine one stays affine to the bit.
  rt::Result<Matrix> affine = inverse({{{0.3, 0.1, 7}, {0.7, -0.9, 11}, {0, 0, 1}}});
  ASSERT_TRUE(affine.ok());
  EXPECT_TRUE(affine.value().affine());
}

// FNV-1a of the bits, computed once, checked on every architecture.
TEST(Matrices, HaveTheSameBitsOnEveryMachine) {
  std::mt19937 random(3);
  uint64_t hash = 14695981039346656037u;
  const auto add = [&](const Matrix& matrix) {
    uint64_t bits[9];
    std::memcpy(bits, matrix.at, sizeof bits);
    for (const uint64_t word : bits) hash = (hash ^ word) * 1099511628211u;
  };
  const auto number = [&] { return static_cast<int>(random() % 20001) / 64.0; };
  for (int i = 0; i < 100; ++i) {
    Point from[4], to[4];
    for (Point& point : from) {
      point.x = number();
      point.y = number();
    }
    for (Point& point : to) {
      point.x = number();
      point.y = number();
    }
    rt::Result<Matrix> perspective = perspective_by_points(from, to);
    ASSERT_TRUE(perspective.ok());
    add(perspective.value());
    add(inverse(perspective.value()).take());
    add(similarity({from[0], from[1], from[2]}, {to[0], to[1], to[2]}).take());
    add(affine_by_points({from[0], from[1], from[2]}, {to[0], to[1], to[2]}).take());
    add(rotation(number(), 1.25, from[0]));
  }
  EXPECT_EQ(hash, 4222873547647104195u);
}

TEST(Matrices, ImpossiblePointsAreErrors) {
  Tensor line = floats({0, 0, 1, 1, 2, 2}, {1, 3, 2, 1}), point = floats({1, 1, 1, 1, 1, 1}, {1, 3, 2, 1});
  Tensor good = floats({0, 0, 1, 0, 0, 1}, {1, 3, 2, 1}), output({1, 3, 3, 1}), two({1, 2, 2, 1});
  Tensor four = floats({0, 0, 1, 1, 2, 2, 0, 5}, {1, 4, 2, 1}), target = floats({0, 0, 1, 0, 1, 1, 0, 1}, {1, 4, 2, 1});
  const auto last = [] { return std::string(venus::venus_last_error()); };
  EXPECT_LT(venus::get_affine_transform(line, good, output, TransformType::NONE), 0);
  EXPECT_EQ(last(), "get_affine_transform: the source's points lie on one line");
  EXPECT_LT(venus::similar_transform(point, good, output), 0);
  EXPECT_EQ(last(), "similar_transform: the source's points are one and the same");
  EXPECT_LT(venus::get_perspective_transform(four, target, output, TransformType::NONE), 0);
  EXPECT_EQ(last(), "get_perspective_transform: three of the four points lie on one line");
  EXPECT_LT(venus::get_affine_transform(two, good, output, TransformType::NONE), 0);
  EXPECT_EQ(last(), "get_affine_transform: 2 and 3 points, expected 3 pairs (x, y) each");
  EXPECT_LT(venus::get_affine_rotation_matrix(10, 1, 0, 0, nullptr), 0);
  EXPECT_EQ(last(), "get_affine_rotation_matrix: the matrix is null");
  float m[6];
  EXPECT_LT(venus::get_affine_rotation_matrix(std::nanf(""), 1, 0, 0, m), 0);
}

}  // namespace
}  // namespace magik::imgproc
