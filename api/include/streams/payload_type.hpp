#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include <streams/codec/codec.hpp>
#include <streams/codec/json.hpp>
#include <streams/codec/raw.hpp>
#include <streams/output.hpp>
#include <streams/step/codec_steps.hpp>

namespace streams {

/// What may travel between steps: a complete value type that can be copied (fan-out copies) and moved to and
/// fro.
template <class T>
concept Payload = std::is_object_v<T> && std::same_as<T, std::remove_cvref_t<T>> &&
    std::copy_constructible<T> && std::is_move_assignable_v<T> && !std::is_array_v<T>;

namespace detail {

/// The name of `T` as the compiler prints it.
template <class T>
constexpr std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;  // "... type_name() [with T = X; std::string_view = ...]"
  const auto begin = text.find("T = ") + 4;
  auto end = text.find("; std::string_view", begin);
  if (end == std::string_view::npos) end = text.rfind(']');
  return text.substr(begin, end - begin);
}

}  // namespace detail

/// A payload's type for code that does not know it: the graph prints it, fan-out copies through it.
/// A module has instances of its own: two types are the same when their names are, not their addresses.
struct PayloadType {
  std::string_view name;
  /// The name of its default codec, or empty when it has none.
  std::string_view codec;
  /// A copy of `*value` on the heap; destroyed by the deleter it comes with.
  std::unique_ptr<void, void (*)(void*)> (*copy)(const void* value) = nullptr;
  /// Writes `*value` with the default codec; null when there is none. False: the codec cannot write it, and what is
  /// in `out` is void.
  bool (*encode)(const void* value, Output& out) noexcept = nullptr;
  /// Steps from this type to bytes and back, by its default codec; both null when it cannot cross a topic: it has
  /// no codec, or no value to read into.
  std::unique_ptr<Operator> (*make_encoder)() = nullptr;
  std::unique_ptr<Operator> (*make_decoder)() = nullptr;

  template <Payload T>
  static const PayloadType& of() {
    static constexpr PayloadType kType = make<T>();
    return kType;
  }

 private:
  template <class T>
  static constexpr PayloadType make() {
    PayloadType type;
    type.name = detail::type_name<T>();
    type.copy = [](const void* value) {
      return std::unique_ptr<void, void (*)(void*)>(new T(*static_cast<const T*>(value)),
                                                    [](void* owned) { delete static_cast<T*>(owned); });
    };
    if constexpr (Encodable<T>) {
      type.codec = Codec<T>::name;
      type.encode = [](const void* value, Output& out) noexcept {
        try {
          Codec<T>::encode(*static_cast<const T*>(value), out);
          return true;
        } catch (...) {
          return false;
        }
      };
      if constexpr (std::default_initializable<T>) {
        type.make_encoder = []() -> std::unique_ptr<Operator> {
          return std::make_unique<detail::EncodeStep<T, Codec<T>>>();
        };
        type.make_decoder = []() -> std::unique_ptr<Operator> {
          return std::make_unique<detail::DecodeStep<T, Codec<T>>>();
        };
      }
    }
    return type;
  }
};

}  // namespace streams
