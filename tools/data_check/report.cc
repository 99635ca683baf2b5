#include "data_check/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace magik::data_check {
namespace {

constexpr size_t kMostNames = 5;

std::string names_text(const std::vector<std::string>& names) {
  const size_t shown = std::min(names.size(), kMostNames);
  std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<ptrdiff_t>(shown), ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::string title(const Check& check, const Result& result) {
  const std::string& name = result.value.name;
  if (result.node == 0) return fmt::format("The network's input {} differs.\n", name);
  const std::string op = result.value.op.empty() ? "" : result.value.op + ", ";
  return fmt::format("{} is the first node that differs ({}node {} of {}).\n", name, op, result.node, check.nodes);
}

std::string count_text(const Result& result) {
  const Difference& difference = result.difference;
  return fmt::format("{} of {} differ, by at most {:g}", difference.differing, difference.elements,
                     difference.largest_distance);
}

std::string pair_text(const Result& result, const ElementPair& pair) {
  return fmt::format("{}: A {}, B {}", coordinates(result.value.shape, pair.index), pair.a, pair.b);
}

std::string output_text(const Result& result) {
  if (result.state == State::kSizesDiffer) {
    return fmt::format("  sizes      A {} bytes, B {} bytes\n", result.bytes_a, result.bytes_b);
  }
  std::string text;
  if (result.value.type != rt::ElementType::kNone) {
    text += fmt::format("  output     {} {}\n", rt::element_type_name(result.value.type), result.value.shape.text());
  }
  if (result.state == State::kEqual) return text + "  elements   equal\n";
  text += fmt::format("  first at   {}\n", pair_text(result, result.difference.first));
  text += fmt::format("  {}   {}\n", result.value.type == rt::ElementType::kNone ? "bytes   " : "elements",
                      count_text(result));
  if (result.difference.largest.index != result.difference.first.index) {
    text += fmt::format("  most at    {}\n", pair_text(result, result.difference.largest));
  }
  return text;
}

std::string inputs_text(const Result& result) {
  std::vector<std::string> parts;
  if (!result.different_inputs.empty()) parts.push_back("different: " + names_text(result.different_inputs));
  if (!result.equal_inputs.empty()) parts.push_back("equal: " + names_text(result.equal_inputs));
  if (!result.unknown_inputs.empty()) parts.push_back("not in both dumps: " + names_text(result.unknown_inputs));
  return parts.empty() ? "" : fmt::format("  inputs     {}\n", fmt::join(parts, "; "));
}

std::string verdict(const Check& check, const Result& result) {
  const std::string& name = result.value.name;
  if (result.weights_differ) return "its weights or parameters differ: the dumps are of two different models.";
  if (result.node == 0) return "the two runs were not given the same input: feed one file to both and dump again.";
  if (result.state == State::kSizesDiffer) {
    return "the dumps have different shapes or element types: were both made from the same model, as levels?";
  }
  if (!check.knows_inputs) return "nothing tells what feeds the node; --model MODEL does.";
  if (!result.different_inputs.empty()) return "its inputs differ already, the fault is in front of it.";
  if (!result.unknown_inputs.empty() || result.equal_inputs.empty()) {
    return fmt::format("{} or what feeds it is to blame: not all of its inputs are in both dumps.", name);
  }
  return fmt::format("{} is to blame: its inputs are equal and its output is not.", name);
}

std::string first_text(const Check& check, const Result& result) {
  std::string text = "\n" + title(check, result);
  text += fmt::format("  files      A {}\n             B {}\n", result.file_a.string(), result.file_b.string());
  text += output_text(result);
  if (check.knows_inputs) text += inputs_text(result);
  if (result.weights_differ) text += "  weights    differ\n";
  return text + fmt::format("  verdict    {}\n", verdict(check, result));
}

std::string state_text(const Check& check, const Result& result) {
  switch (result.state) {
    case State::kEqual:
      return result.weights_differ ? "equal, but its weights differ" : "equal";
    case State::kNotCompared:
      return "not in both dumps";
    case State::kSizesDiffer:
      return fmt::format("sizes differ: A {} bytes, B {} bytes", result.bytes_a, result.bytes_b);
    case State::kDiffers:
      break;
  }
  const bool own = check.knows_inputs && result.different_inputs.empty() && result.unknown_inputs.empty();
  return count_text(result) + (own ? "; its inputs are equal" : "");
}

std::string table(const Check& check, const std::vector<const Result*>& rows) {
  size_t width = 0;
  for (const Result* row : rows) width = std::max(width, row->value.name.size());
  std::string text;
  for (const Result* row : rows) text += fmt::format("  {:<{}}  {}\n", row->value.name, width, state_text(check, *row));
  return text;
}

std::string folder_text(const char* side, const DumpFolder& folder) {
  return fmt::format("{}      {}{}\n", side, folder.path().string(), folder.has_index() ? "" : " (no index)");
}

}  // namespace

std::string report(const DumpFolder& a, const DumpFolder& b, const Check& check, bool all) {
  std::string text = folder_text("A", a) + folder_text("B", b) + fmt::format("order  {}\n", check.order);
  std::vector<const Result*> rows, off;
  for (const Result& result : check.results) {
    rows.push_back(&result);
    if (result.off()) off.push_back(&result);
  }
  if (all) text += "\n" + table(check, rows);
  const size_t equal = check.count(State::kEqual);
  if (off.empty()) return text + fmt::format("\nAll {} values that both dumps have are equal.\n", equal);
  text += first_text(check, *off[0]);
  off.erase(off.begin());
  if (!off.empty() && !all) text += fmt::format("\n{} more differ:\n{}", off.size(), table(check, off));
  return text + fmt::format("\n{} values are equal.\n", equal);
}

std::string missing_nodes(const DumpFolder& a, const DumpFolder& b, const Check& check) {
  std::vector<std::string> parts;
  const auto add = [&](const std::vector<std::string>& names, const DumpFolder& folder) {
    if (!names.empty()) parts.push_back(fmt::format("only {} has {}", folder.path().string(), names_text(names)));
  };
  add(check.only_in_a, a);
  add(check.only_in_b, b);
  if (parts.empty()) return "";
  return fmt::format("{}: were both dumps made from the same model, and to the end?", fmt::join(parts, ", "));
}

}  // namespace magik::data_check
