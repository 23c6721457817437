#include <streams/parquet/serializer.hpp>

#include <any>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <absl/status/status.h>

#include <streams/codec/codec.hpp>
#include <streams/output.hpp>
#include <streams/parquet/parquet.hpp>
#include <streams/step/parquet_serializer.hpp>
#include <streams/step/step.hpp>

namespace streams::parquet {
namespace {

class SerializerStep final : public Operator {
 public:
  SerializerStep(ParquetSerializerCode code, const std::string& compression)
      : code_(std::move(code)), writer_(make_arrow_table_writer({code_.rows, code_.columns, compression})) {}

  void process(Envelope& envelope, void* payload) override {
    const auto written = streams::detail::at_border(context(), envelope, StepErrorKind::serialize, [&] {
      try {
        code_.write_rows(payload, writer_->rows());
        writer_->write_file(output_);
      } catch (...) {
        writer_->discard();
        output_.discard();
        throw;
      }
      return true;
    });
    if (!written) return;
    Bytes file = output_.take();
    emit(envelope, &file);
  }

 private:
  ParquetSerializerCode code_;
  std::unique_ptr<TableWriter> writer_;
  Output output_;
};

absl::StatusOr<std::unique_ptr<Operator>> make_serializer(const Node& node, const Options& effective,
                                                          const runtime::ConnectorContext& /*context*/) {
  const OptionValue* const compression = find_option(effective, "compression");
  try {
    return std::make_unique<SerializerStep>(std::any_cast<const ParquetSerializerCode&>(node.connector),
                                            std::get<std::string>(*compression));
  } catch (const CodecError& error) {
    return absl::FailedPreconditionError("ParquetSerializer '" + node.name + "': " + error.what());
  }
}

}  // namespace

runtime::Connector connector() {
  return {.kind = "ParquetSerializer", .make = make_serializer};
}

}  // namespace streams::parquet
