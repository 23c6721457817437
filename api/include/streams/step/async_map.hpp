#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <streams/step/async_calls.hpp>
#include <streams/step/borrowing.hpp>
#include <streams/step/call.hpp>
#include <streams/step/reply.hpp>
#include <streams/step/step.hpp>

namespace streams {

namespace detail {

/// The types of the two parameters of a function or of a function object with one `operator()`; void where they
/// cannot be told apart.
template <class F>
struct TwoParameters {
  using First = void;
  using Second = void;
};
template <class A, class B>
struct TwoParametersAre {
  using First = A;
  using Second = B;
};
template <class R, class A, class B>
struct TwoParameters<R (*)(A, B)> : TwoParametersAre<A, B> {};
template <class R, class A, class B>
struct TwoParameters<R (*)(A, B) noexcept> : TwoParametersAre<A, B> {};
template <class R, class C, class A, class B>
struct TwoParameters<R (C::*)(A, B) const> : TwoParametersAre<A, B> {};
template <class R, class C, class A, class B>
struct TwoParameters<R (C::*)(A, B) const noexcept> : TwoParametersAre<A, B> {};
template <class R, class C, class A, class B>
struct TwoParameters<R (C::*)(A, B)> : TwoParametersAre<A, B> {};
template <class R, class C, class A, class B>
struct TwoParameters<R (C::*)(A, B) noexcept> : TwoParametersAre<A, B> {};
template <class F>
requires requires {
  &F::operator();
}
struct TwoParameters<F> : TwoParameters<decltype(&F::operator())> {};

template <class F>
using reply_of_t = std::remove_cvref_t<typename TwoParameters<F>::Second>;

/// The payload type that the function answers with; void where it takes no Reply.
template <class R>
struct ReplyPayload {
  using type = void;
};
template <class U>
struct ReplyPayload<Reply<U>> {
  using type = U;
};
template <class F>
using reply_payload_t = typename ReplyPayload<reply_of_t<F>>::type;

/// `function` with its second parameter given, so that it is called as that of a Map. `Function` is const where the
/// function is called so.
template <class Function, class R>
struct WithReply {
  Function& function;
  const R& reply;

  template <class A>
  requires std::invocable<Function&, A, R>
  auto operator()(A&& argument) const { return std::invoke(function, std::forward<A>(argument), R(reply)); }
};
/// What takes `Message<T>` by value must not be called with a reference to one that is lent.
template <class Function, class R>
struct Parameter<WithReply<Function, R>> {
  using type = typename TwoParameters<std::remove_const_t<Function>>::First;
};

}  // namespace detail

/// Turns each message into one other, by a function that answers later: `function(value, Reply<U> reply)`, where the
/// value is `const T&`, `T`, `const Message<T>&` or `Message<T>`, and is there for the call only. Whoever has the reply
/// answers it from any thread; see Reply. The function itself runs on the worker's thread, so it must not block.
///
/// A worker has at most `max_in_flight` messages under way, and sends the answers on in order of arrival within a
/// partition unless `ordered` is false. A call that fails, throws or is not answered in time is tried again as the
/// options and the deployment's `retry` say; then it is a step error of kind `function`. Its record is not committed
/// before that. Key, headers, timestamp and origin go on as they came, unless the answer is a `Message<U>`.
///
///     .apply(AsyncMap("enrich", [client](const Order& order, Reply<Enriched> reply) {...}, {.timeout = 1s}))
template <class F>
class AsyncMap {
  using R = detail::reply_of_t<F>;
  using Bound = detail::WithReply<const F, R>;

 public:
  static constexpr bool kIsStep = true;

  AsyncMap(std::string name, F function, AsyncMapOptions options = {},
           std::source_location where = std::source_location::current())
      : head_(std::move(name), where), function_(std::move(function)), options_(options) {}

  template <class In>
  using Output = detail::reply_payload_t<F>;

  template <class In>
  static constexpr bool accepts = [] {
    if constexpr (!std::copy_constructible<F> || !kIsReply<R>) {
      return false;
    } else if constexpr (!detail::Takes<Bound, In> || !Payload<Output<In>>) {
      return false;
    } else {
      return std::is_void_v<detail::call_result_t<Bound, In>>;
    }
  }();

  template <class In>
  static constexpr void diagnose() {
    if constexpr (!std::copy_constructible<F>) {
      static_assert(accepts<In>,
                    "[streams] AsyncMap: the function must be copyable: each worker gets its own copy");
    } else if constexpr (!kIsReply<R>) {
      static_assert(
          accepts<In>,
          "[streams] AsyncMap: the function must take a Reply<U> as its second and last parameter, with U "
          "written out: it is the payload that goes on");
    } else if constexpr (!detail::Takes<Bound, In> && detail::Takes<detail::WithReply<F, R>, In>) {
      static_assert(
          accepts<In>,
          "[streams] AsyncMap: the function must be callable as const (a mutable lambda is not): each "
          "worker has its own copy, and state would differ between them");
    } else if constexpr (detail::TakesReference<Bound, In>) {
      static_assert(
          accepts<In>,
          "[streams] AsyncMap: the function takes a non-const reference; take the payload by value");
    } else if constexpr (!detail::Takes<Bound, In>) {
      static_assert(
          accepts<In>,
          "[streams] AsyncMap: the function does not take the payload of this stream; its first parameter "
          "must be T, const T&, Message<T> or const Message<T>&");
    } else if constexpr (!Payload<Output<In>>) {
      static_assert(
          accepts<In>,
          "[streams] AsyncMap: what the reply carries cannot travel on: it must be a copyable value");
    } else {
      static_assert(
          accepts<In>,
          "[streams] AsyncMap: the function returns something; it must answer by its Reply and return "
          "nothing");
    }
  }

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, Output<In>>(std::move(head_), "AsyncMap");
    node.options = detail::async_map_options(options_);
    node.check = detail::async_map_faults;
    node.retries_itself = true;
    node.make = [function = std::move(function_)](const Options& effective) {
      return std::make_unique<Step<In>>(function, detail::read_async_map_options(effective));
    };
    return node;
  }

 private:
  template <class In>
  class Step final : public detail::AsyncCalls {
    using Out = Output<In>;

   public:
    Step(const F& function, const AsyncMapOptions& options) : AsyncCalls(options), function_(function) {}
    ~Step() override {
      if (answers_ != nullptr) answers_->close();
    }

    void process(Envelope& envelope, void* payload) override {
      accept(std::make_unique<TypedCall>(envelope, *static_cast<In*>(payload)));
    }

   private:
    struct TypedCall final : detail::AsyncCalls::Call {
      TypedCall(const Envelope& of, In& from) : Call(of), value(detail::kept_value(from)) {}
      In value;
      std::weak_ptr<detail::OpenCall<Out>> open;
      std::optional<detail::Answer<Out>> answer;
    };
    using Call = detail::AsyncCalls::Call;

    void opened() override { answers_ = std::make_shared<detail::AnswerQueue<Out>>(this->context().waker()); }

    void ask(Call& call, std::uint64_t id) override {
      auto& typed = static_cast<TypedCall&>(call);
      auto open = std::make_shared<detail::OpenCall<Out>>(answers_, id);
      typed.open = open;
      const R reply(std::move(open));
      detail::call_and_keep(Bound{function_, reply}, typed.envelope, typed.value);
    }

    bool give_up(Call& call) override {
      // One that is gone has been answered, by its end at the latest.
      const auto open = static_cast<TypedCall&>(call).open.lock();
      return open != nullptr && open->close();
    }

    bool take_answers() override {
      std::vector<detail::Answer<Out>> answers = answers_->take();
      for (detail::Answer<Out>& answer : answers) {
        Call* const call = this->asked(answer.call);
        if (call == nullptr) continue;
        if (answer.value) {
          static_cast<TypedCall*>(call)->answer = std::move(answer);
          this->succeed(*call);
        } else {
          this->fail(*call, std::move(answer.fault));
        }
      }
      return !answers.empty();
    }

    void send_on(Call& call) override {
      detail::Answer<Out>& answer = *static_cast<TypedCall&>(call).answer;
      if (!answer.envelope) return this->emit(call.envelope, &*answer.value);
      answer.envelope->origin = call.envelope.origin;
      this->emit(*answer.envelope, &*answer.value);
    }

    F function_;
    std::shared_ptr<detail::AnswerQueue<Out>> answers_;
  };

  detail::StepHead head_;
  F function_;
  AsyncMapOptions options_;
};

}  // namespace streams
