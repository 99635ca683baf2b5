// Suggestions for misspelt names: keys of the config, tensors and nodes of a model, options.
#pragma once

#include <string>
#include <vector>

namespace magik::transform {

// The candidates most like `name` by edit distance (letter case does not count), the closest first; those too far away
// to be a slip of the keyboard are left out.
std::vector<std::string> closest(const std::string& name, const std::vector<std::string>& candidates, size_t most = 3);

// What to append to a message about a name that is not among the candidates: " (did you mean 'a', 'b'?)". Where nothing
// is close, the names that there are: " (there are 'a', 'b')", of many the first: " (there are 120: 'a', 'b', 'c',
// ...)".
std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace magik::transform
