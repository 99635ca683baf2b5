#include "transform/text/closest.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <unordered_set>
#include <utility>

namespace magik::transform {
namespace {

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

// Levenshtein's distance, one row of the table at a time.
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (same_letter(a[i - 1], b[j - 1]) ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "'" : ", '") + name + "'";
  return list;
}

std::vector<std::string> without_repetitions(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  std::unordered_set<std::string> seen;
  for (const std::string& name : names) {
    if (seen.insert(name).second) result.push_back(name);
  }
  return result;
}

}  // namespace

std::vector<std::string> closest(const std::string& name, const std::vector<std::string>& candidates, size_t most) {
  const size_t limit = std::max<size_t>(2, name.size() / 2);
  std::vector<std::pair<size_t, std::string>> ranked;
  for (const std::string& candidate : without_repetitions(candidates)) {
    const size_t length_gap = std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size());
    if (length_gap > limit) continue;
    const size_t distance = edit_distance(name, candidate);
    if (distance <= limit) ranked.emplace_back(distance, candidate);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min(most, ranked.size()); ++i) names.push_back(ranked[i].second);
  return names;
}

std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates) {
  const std::vector<std::string> close = closest(name, candidates);
  if (!close.empty()) return " (did you mean " + quoted_list(close) + "?)";
  constexpr size_t kFew = 8;
  std::vector<std::string> all = without_repetitions(candidates);
  if (all.empty()) return " (there are none)";
  if (all.size() <= kFew) return (all.size() == 1 ? " (there is " : " (there are ") + quoted_list(all) + ")";
  const std::string count = std::to_string(all.size());
  all.resize(kFew);
  return " (there are " + count + ": " + quoted_list(all) + ", ...)";
}

}  // namespace magik::transform
