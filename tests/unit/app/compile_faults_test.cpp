#include "app/compile_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streams::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> faults_of(std::string_view text) {
  return find_compile_faults(text, {"/opt/streams/include"});
}

TEST(CompileFaultsTest, GivesTheAuthorsLineOfAnErrorOfGcc) {
  EXPECT_THAT(faults_of(R"(In file included from /opt/streams/include/streams/streams.hpp:20,
                 from x.cpp:1:
/opt/streams/include/streams/step/map.hpp: In instantiation of 'static constexpr void streams::Map<F>::diagnose() [with In = streams::Bytes]':
/opt/streams/include/streams/stream.hpp:58:33:   required from 'auto streams::Stream<T>::apply(Step) const [with Step = streams::Map<int (*)(int)>]'
x.cpp:14:13:   required from here
/opt/streams/include/streams/step/map.hpp:47:21: error: static assertion failed: [streams] Map: the function returns nothing
   47 |       static_assert(accepts<In>, "[streams] Map: the function returns nothing");
      |                     ^~~~~~~~~~~
/opt/streams/include/streams/step/map.hpp:47:21: note: 'streams::Map<int (*)(int)>::accepts<streams::Bytes>' evaluates to false
)"),
              ElementsAre("x.cpp:14: [streams] Map: the function returns nothing"));
}

TEST(CompileFaultsTest, TellsSeveralErrorsApart) {
  EXPECT_THAT(faults_of(R"(/opt/streams/include/streams/step/map.hpp: In instantiation of 'A':
/opt/streams/include/streams/stream.hpp:58:33:   required from 'B'
src/a b.cpp:14:13:   required from here
/opt/streams/include/streams/step/map.hpp:47:21: error: static assertion failed: [streams] Map: one
/opt/streams/include/streams/step/filter.hpp: In instantiation of 'C':
/opt/streams/include/streams/stream.hpp:58:33:   required from 'D'
src/a b.cpp:20:13:   required from here
/opt/streams/include/streams/step/filter.hpp:40:21: error: static assertion failed: [streams] Filter: two
)"),
              ElementsAre("src/a b.cpp:14: [streams] Map: one", "src/a b.cpp:20: [streams] Filter: two"));
}

TEST(CompileFaultsTest, AnAuthorsHeaderIsTheAuthorsLine) {
  EXPECT_THAT(faults_of(R"(/opt/streams/include/streams/step/map.hpp: In instantiation of 'A':
gen/billing.hpp:7:9:   required from 'auto steps(T)'
/opt/streams/include/streams/stream.hpp:90:1:   required from here
/opt/streams/include/streams/step/map.hpp:47:21: error: static assertion failed: [streams] Map: one
)"),
              ElementsAre("gen/billing.hpp:7: [streams] Map: one"));
}

TEST(CompileFaultsTest, GivesTheAuthorsLineOfAnErrorOfClang) {
  EXPECT_THAT(
      faults_of(
          R"(/opt/streams/include/streams/step/map.hpp:47:7: error: static assertion failed due to requirement 'accepts<streams::Bytes>': [streams] Map: one
      static_assert(accepts<In>, "[streams] Map: one");
      ^             ~~~~~~~~~~~
/opt/streams/include/streams/stream.hpp:58:7: note: in instantiation of function template specialization 'diagnose' requested here
x.cpp:14:8: note: in instantiation of function template specialization 'apply' requested here
/opt/streams/include/streams/step/map.hpp:48:7: error: static_assert failed due to requirement 'b' "[streams] Map: two"
x.cpp:15:8: note: in instantiation of function template specialization 'apply' requested here
2 errors generated.
)"),
      ElementsAre("x.cpp:14: [streams] Map: one", "x.cpp:15: [streams] Map: two"));
}

TEST(CompileFaultsTest, SaysOnceWhatTheCompilerSaysTwice) {
  EXPECT_THAT(faults_of("x.cpp:3:1: error: static assertion failed: [streams] Map: one\n"
                        "x.cpp:3:1: error: static assertion failed: [streams] Map: one\n"),
              ElementsAre("x.cpp:3: [streams] Map: one"));
}

TEST(CompileFaultsTest, APipelineThatIsThrownAwayIsExplained) {
  EXPECT_THAT(faults_of("x.cpp: In function 'streams::Pipeline orders()':\n"
                        "x.cpp:9:35: error: ignoring returned value of type 'streams::Pipeline', declared "
                        "with attribute 'nodiscard' "
                        "[-Werror=unused-result]\n"),
              ElementsAre("x.cpp:9: [streams] a Pipeline is built here and thrown away; return it from the "
                          "pipeline function, "
                          "several of them as pipeline(a, b, ...)"));
}

TEST(CompileFaultsTest, OtherErrorsAreTheCompilersAlone) {
  EXPECT_THAT(faults_of("x.cpp:3:1: error: 'foo' was not declared in this scope\n"), IsEmpty());
  EXPECT_THAT(faults_of(""), IsEmpty());
}

TEST(CompileFaultsTest, AWarningsPathIsNotTakenForTheNextErrors) {
  EXPECT_THAT(faults_of(R"(/opt/streams/include/streams/step/map.hpp: In instantiation of 'A':
x.cpp:5:1:   required from here
/opt/streams/include/streams/step/map.hpp:10:1: warning: something
/opt/streams/include/streams/step/map.hpp: In instantiation of 'B':
x.cpp:8:1:   required from here
/opt/streams/include/streams/step/map.hpp:47:21: error: static assertion failed: [streams] Map: one
)"),
              ElementsAre("x.cpp:8: [streams] Map: one"));
}

}  // namespace
}  // namespace streams::runtime
