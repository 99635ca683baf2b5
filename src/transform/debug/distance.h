// The columns of debug mode's tables, accumulated item by item.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace magik::transform {

// Mean and sum of squared deviations of a stream of numbers.
class Spread {
 public:
  // A part of the stream with its count, sum and sum of squares.
  void add(double count, double sum, double squares);
  double deviation() const;  // the standard deviation, of the whole population

 private:
  double count_ = 0, mean_ = 0, squares_ = 0;
};

// How far a node's values q are from those of the float network, f.
class Distance {
 public:
  void add_item(const float* f, const float* q, size_t count);

  // Over items, the cosine similarity of f and q. That of two zero tensors is 1, of one zero tensor 0.
  double cosine_average() const { return cosine_sum_ / items_; }
  double cosine_min() const { return cosine_min_; }
  double cosine_max() const { return cosine_max_; }
  // The mean over items of |q - f| / |f|, Euclidean norms. Equal zero tensors count as 0.
  double euclidean() const { return euclidean_sum_ / items_; }
  // Over all values of all items: the standard deviation of q - f, the maximum of |q - f|, and that maximum divided by
  // the standard deviation of f (0 where all is equal).
  double deviation() const { return error_.deviation(); }
  double max_absolute() const { return max_absolute_; }
  double max_normalized() const;

 private:
  double items_ = 0;
  double cosine_sum_ = 0, cosine_min_ = 1, cosine_max_ = -1;
  double euclidean_sum_ = 0;
  double max_absolute_ = 0;
  Spread error_, reference_;
};

// The table as text: title, header, one aligned line a node.
std::string distance_table(const std::string& title, const std::vector<std::pair<std::string, Distance>>& rows);

}  // namespace magik::transform
