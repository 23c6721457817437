#include <fmt/format.h>
#include <streams/runtime/config.hpp>

#include <type_traits>

#include "config/key_table.hpp"
#include "config/quantity.hpp"

namespace streams::runtime {
namespace {

using namespace config;

/// Writes a key's value as the YAML could hold it; keys without a value leave no line.
class Printer {
 public:
  explicit Printer(const std::set<std::string>& secrets) : secrets_(secrets) {}

  void line(const KeyRow& row, const std::string& path, const Slot& slot) {
    std::visit([&](const auto& field) { value(row, path, field); }, slot);
  }

  std::string take() { return std::move(text_); }

 private:
  void value(const KeyRow&, const std::string&, std::monostate) {}

  void value(const KeyRow& row, const std::string& path, const ChoiceSlot& slot) {
    if (const auto index = slot.read(slot.field)) write(path, words_of(row.choices)[*index]);
  }

  void value(const KeyRow&, const std::string& path, const Params* params) {
    for (const Param& param : *params) {
      write(fmt::format("{}.{}", path, param.name), param.secret ? "***" : masked(param.value));
    }
  }

  void value(const KeyRow&, const std::string& path, const std::vector<std::string>* list) {
    if (list->empty()) return;
    std::string items;
    for (const std::string& item : *list) items += (items.empty() ? "" : ", ") + masked(item);
    write(path, fmt::format("[{}]", items));
  }

  template <class T>
  void value(const KeyRow& row, const std::string& path, const std::optional<T>* field) {
    if (*field) value(row, path, &**field);
  }

  template <class T>
  void value(const KeyRow& row, const std::string& path, const T* field) {
    if constexpr (std::is_same_v<T, ConfigDuration>) {
      write(path, duration_text(*field));
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!field->empty()) write(path, row.is_secret ? "***" : masked(*field));
    } else {
      write(path, (row.forms & kSize) != 0 ? size_text(static_cast<std::uint64_t>(*field))
                                           : fmt::format("{}", *field));
    }
  }

  std::string masked(const std::string& text) const { return secrets_.contains(text) ? "***" : text; }
  void write(const std::string& path, std::string_view value) {
    text_ += fmt::format("{} = {}\n", path, value);
  }

  const std::set<std::string>& secrets_;
  std::string text_;
};

void replace(std::string& path, std::string_view what, const std::string& with) {
  if (const auto at = path.find(what); at != std::string::npos) path.replace(at, what.size(), with);
}

}  // namespace

std::string masked_text(const DeploymentConfig& config) {
  DeploymentConfig copy = config;
  Printer printer(config.secrets);
  Target target;
  target.config = &copy;
  constexpr std::string_view kSegment = "pipeline.segments[].";
  constexpr std::string_view kStep = "pipeline.segments[].steps_config.<step>.";
  for (const KeyRow& row : key_table()) {
    if ((row.forms & ~unsigned{kMapping | kEntries}) == 0 || row.path.starts_with(kSegment)) continue;
    if ((row.forms & kOpenParams) != 0) {
      for (auto& [name, params] : copy.pipeline.adapters.others) {
        printer.line(row, "pipeline.adapter_config." + name, Slot(&params));
      }
      continue;
    }
    printer.line(row, std::string(row.path), row.slot(target));
  }
  for (std::size_t i = 0; i < copy.pipeline.segments.size(); ++i) {
    target.segment = &copy.pipeline.segments[i];
    const std::string entry = fmt::format("segments[{}]", i);
    for (const KeyRow& row : key_table()) {
      if (!row.path.starts_with(kSegment) || row.path.starts_with(kStep) || (row.forms & kMapping) != 0)
        continue;
      std::string path(row.path);
      replace(path, "segments[]", entry);
      printer.line(row, path, row.slot(target));
    }
    for (StepConfig& step : target.segment->steps) {
      target.step = &step;
      for (const KeyRow& row : key_table()) {
        if (!row.path.starts_with(kStep) || (row.forms & ~unsigned{kMapping}) == 0) continue;
        std::string path(row.path);
        replace(path, "segments[]", entry);
        replace(path, "<step>", step.name);
        printer.line(row, path, row.slot(target));
      }
    }
    target.step = nullptr;
  }
  return printer.take();
}

}  // namespace streams::runtime
