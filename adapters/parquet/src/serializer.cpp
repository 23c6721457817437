#include <streams/parquet/serializer.hpp>

#include <any>
#include <string>
#include <utility>
#include <variant>

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

}  // namespace

std::unique_ptr<Operator> make_parquet_serializer(const Node& node, const Options& effective) {
  const OptionValue* const compression = find_option(effective, "compression");
  return std::make_unique<SerializerStep>(std::any_cast<const ParquetSerializerCode&>(node.connector),
                                          std::get<std::string>(*compression));
}

}  // namespace streams::parquet
