// Transformation matrices, row-major, of points (x, y, 1): OpenCV's convention. Double precision with nothing but
// + - * / in the order that stands in the code, so that every machine computes the same bits.
#pragma once

#include <vector>

#include "venus/core/status.h"

namespace magik::imgproc {

struct Matrix {
  double at[3][3];

  bool affine() const { return at[2][0] == 0 && at[2][1] == 0 && at[2][2] == 1; }
};

struct Point {
  double x, y;
};

Matrix operator*(const Matrix& a, const Matrix& b);

// Scales by `scale` and then moves by `move`, both axes.
Matrix scale_and_move(double scale, double move);

rt::Result<Matrix> inverse(const Matrix& matrix);

// From n points each to where they go: a turn, one scale and a translation, without reflection, that has the least
// squared distance (Umeyama 1991); a linear map by three points; a projective one by four.
rt::Result<Matrix> similarity(const std::vector<Point>& from, const std::vector<Point>& to);
rt::Result<Matrix> affine_by_points(const Point (&from)[3], const Point (&to)[3]);
rt::Result<Matrix> perspective_by_points(const Point (&from)[4], const Point (&to)[4]);

// Turns counter-clockwise on the screen by `degrees` around a centre that stays where it is. |degrees| <= 1e6.
Matrix rotation(double degrees, double scale, Point center);

}  // namespace magik::imgproc
