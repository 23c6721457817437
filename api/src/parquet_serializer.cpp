#include <streams/step/parquet_serializer.hpp>

#include <variant>

namespace streams::detail {

Node parquet_serializer_node(Node node, ParquetSerializerCode code, std::string compression) {
  node.options = {{"compression", std::move(compression)}};
  node.check = [rows = code.rows, columns = code.columns](const Options& effective) {
    const OptionValue* const value = find_option(effective, "compression");
    const auto* const text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return parquet::spec_faults({rows, columns, text == nullptr ? std::string() : *text});
  };
  node.connector = std::move(code);
  return node;
}

}  // namespace streams::detail
