// Text in aligned columns.
#pragma once

#include <string>
#include <vector>

namespace magik::rt {

class TextTable {
 public:
  using Row = std::vector<std::string>;

  explicit TextTable(Row header) { add(std::move(header)); }
  // As many cells as the header has.
  void add(Row row) { rows_.push_back(std::move(row)); }
  // A line for each row, every cell at its column's left edge.
  std::string text() const;

 private:
  std::vector<Row> rows_;
};

}  // namespace magik::rt
