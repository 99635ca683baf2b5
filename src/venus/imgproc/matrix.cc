#include "venus/imgproc/matrix.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace magik::imgproc {
namespace {

using rt::Result;
using rt::Status;

double absolute(double x) { return x < 0 ? -x : x; }

bool finite(const Matrix& matrix) {
  for (const auto& row : matrix.at) {
    for (const double value : row) {
      if (!(absolute(value) <= 1.7e308)) return false;
    }
  }
  return true;
}

// Taylor series for |x| <= pi / 4; the first term that is left out is below 2^-60.
double small_sine(double x) {
  double sum = 1;
  for (int k = 19; k >= 3; k -= 2) sum = 1 - sum * (x * x) / (k * (k - 1));
  return x * sum;
}
double small_cosine(double x) {
  double sum = 1;
  for (int k = 20; k >= 2; k -= 2) sum = 1 - sum * (x * x) / (k * (k - 1));
  return sum;
}

struct Direction {
  double cosine, sine;
};

// Exact for multiples of 90 degrees.
Direction direction(double degrees) {
  constexpr double kRadians = 3.14159265358979323846 / 180;
  const double quarters = degrees / 90;
  const int64_t turns = static_cast<int64_t>(quarters < 0 ? quarters - 0.5 : quarters + 0.5);
  const double rest = (degrees - 90.0 * static_cast<double>(turns)) * kRadians;
  const double c = small_cosine(rest), s = small_sine(rest);
  switch (turns & 3) {
    case 0:
      return {c, s};
    case 1:
      return {-s, c};
    case 2:
      return {-c, -s};
    default:
      return {s, -c};
  }
}

}  // namespace

Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix product;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      product.at[i][j] = a.at[i][0] * b.at[0][j] + a.at[i][1] * b.at[1][j] + a.at[i][2] * b.at[2][j];
    }
  }
  return product;
}

Matrix scale_and_move(double scale, double move) { return {{{scale, 0, move}, {0, scale, move}, {0, 0, 1}}}; }

Result<Matrix> inverse(const Matrix& matrix) {
  const auto& m = matrix.at;
  // The cofactors over the determinant.
  const double c00 = m[1][1] * m[2][2] - m[1][2] * m[2][1];
  const double c10 = m[1][2] * m[2][0] - m[1][0] * m[2][2];
  const double c20 = m[1][0] * m[2][1] - m[1][1] * m[2][0];
  const double determinant = m[0][0] * c00 + m[0][1] * c10 + m[0][2] * c20;
  Matrix result = {{{c00, m[0][2] * m[2][1] - m[0][1] * m[2][2], m[0][1] * m[1][2] - m[0][2] * m[1][1]},
                    {c10, m[0][0] * m[2][2] - m[0][2] * m[2][0], m[0][2] * m[1][0] - m[0][0] * m[1][2]},
                    {c20, m[0][1] * m[2][0] - m[0][0] * m[2][1], m[0][0] * m[1][1] - m[0][1] * m[1][0]}}};
  for (auto& row : result.at) {
    for (double& value : row) value /= determinant;
  }
  if (determinant == 0 || !finite(result)) return Status::error("the matrix has no inverse");
  return result;
}

Result<Matrix> similarity(const std::vector<Point>& from, const std::vector<Point>& to) {
  const double n = static_cast<double>(from.size());
  Point a = {0, 0}, b = {0, 0};
  for (size_t i = 0; i < from.size(); ++i) {
    a = {a.x + from[i].x, a.y + from[i].y};
    b = {b.x + to[i].x, b.y + to[i].y};
  }
  a = {a.x / n, a.y / n};
  b = {b.x / n, b.y / n};
  // In complex numbers around the centres of gravity: the factor is sum(conj(from) to) / sum(|from|^2).
  double real = 0, imaginary = 0, square = 0;
  for (size_t i = 0; i < from.size(); ++i) {
    const double x = from[i].x - a.x, y = from[i].y - a.y, u = to[i].x - b.x, v = to[i].y - b.y;
    real += x * u + y * v;
    imaginary += x * v - y * u;
    square += x * x + y * y;
  }
  const double c = real / square, s = imaginary / square;
  const Matrix result = {{{c, -s, b.x - (c * a.x - s * a.y)}, {s, c, b.y - (s * a.x + c * a.y)}, {0, 0, 1}}};
  if (square == 0 || !finite(result)) return Status::error("the source's points are one and the same");
  return result;
}

Result<Matrix> affine_by_points(const Point (&from)[3], const Point (&to)[3]) {
  const double x1 = from[1].x - from[0].x, y1 = from[1].y - from[0].y;
  const double x2 = from[2].x - from[0].x, y2 = from[2].y - from[0].y;
  const double u1 = to[1].x - to[0].x, v1 = to[1].y - to[0].y;
  const double u2 = to[2].x - to[0].x, v2 = to[2].y - to[0].y;
  const double d = x1 * y2 - x2 * y1;
  const double a = (u1 * y2 - u2 * y1) / d, b = (x1 * u2 - x2 * u1) / d;
  const double e = (v1 * y2 - v2 * y1) / d, f = (x1 * v2 - x2 * v1) / d;
  const Matrix result = {{{a, b, to[0].x - (a * from[0].x + b * from[0].y)},
                          {e, f, to[0].y - (e * from[0].x + f * from[0].y)},
                          {0, 0, 1}}};
  if (d == 0 || !finite(result)) return Status::error("the source's points lie on one line");
  return result;
}

Result<Matrix> perspective_by_points(const Point (&from)[4], const Point (&to)[4]) {
  // x a + y b + c - x u g - y u h = u and the same with d, e, f and v; Gauss elimination with the largest pivot.
  double rows[8][9];
  for (int i = 0; i < 4; ++i) {
    const double x = from[i].x, y = from[i].y, u = to[i].x, v = to[i].y;
    const double equations[2][9] = {{x, y, 1, 0, 0, 0, -x * u, -y * u, u}, {0, 0, 0, x, y, 1, -x * v, -y * v, v}};
    std::copy_n(equations[0], 9, rows[i]);
    std::copy_n(equations[1], 9, rows[i + 4]);
  }
  for (int k = 0; k < 8; ++k) {
    int pivot = k;
    for (int i = k + 1; i < 8; ++i) {
      if (absolute(rows[i][k]) > absolute(rows[pivot][k])) pivot = i;
    }
    std::swap(rows[k], rows[pivot]);
    if (!(absolute(rows[k][k]) > 1e-12)) return Status::error("three of the four points lie on one line");
    for (int i = 0; i < 8; ++i) {
      if (i == k) continue;
      const double factor = rows[i][k] / rows[k][k];
      for (int j = k; j < 9; ++j) rows[i][j] -= factor * rows[k][j];
    }
  }
  double h[9];
  for (int k = 0; k < 8; ++k) h[k] = rows[k][8] / rows[k][k];
  const Matrix result = {{{h[0], h[1], h[2]}, {h[3], h[4], h[5]}, {h[6], h[7], 1}}};
  if (!finite(result)) return Status::error("three of the four points lie on one line");
  return result;
}

Matrix rotation(double degrees, double scale, Point center) {
  const Direction turn = direction(degrees);
  const double a = scale * turn.cosine, b = scale * turn.sine;
  return {{{a, b, (1 - a) * center.x - b * center.y}, {-b, a, b * center.x + (1 - a) * center.y}, {0, 0, 1}}};
}

}  // namespace magik::imgproc
