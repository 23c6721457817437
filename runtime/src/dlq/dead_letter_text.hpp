#pragma once

#include <cstddef>
#include <string>

#include "dlq/dead_letter_facts.hpp"
#include "dlq/text_table.hpp"

namespace streams::runtime::dlq {

/// A dead letter and whether it was written back already.
struct ShownLetter {
  const Message<Bytes>& record;
  const DeadLetterFacts& facts;
  bool redriven = false;
};

/// Single dead letters as `dlq show` prints them. Payloads, keys and headers only where `payload` is true.
class DeadLetterPrinter {
 public:
  enum class Form { table, json };
  DeadLetterPrinter(Form form, bool payload) : form_(form), payload_(payload) {}

  /// What is to be printed now: a table comes in blocks, so that a long queue does not wait for its end.
  std::string add(const ShownLetter& letter);
  /// What is still to be printed.
  std::string finish();

 private:
  std::string take_block();

  Form form_;
  bool payload_;
  std::size_t in_block_ = 0;
  TextTable block_ = make_block();
  static TextTable make_block();
};

}  // namespace streams::runtime::dlq
