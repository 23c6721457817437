#include "observe/page_files.hpp"

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace streams::runtime;
using testing::HasSubstr;
using testing::Not;

std::string file_text(std::string_view path) {
  const std::string name = path == "/" ? "/page/index.html" : std::string(path);
  std::ifstream in(STREAMS_SOURCE_DIR "/runtime/src/observe" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(PageFilesTest, TheProgramHoldsTheFilesAsTheyAre) {
  EXPECT_EQ(page_files().size(), 6u);
  for (const PageFile& file : page_files()) {
    EXPECT_FALSE(file.content.empty()) << file.path;
    EXPECT_EQ(file.content, file_text(file.path)) << file.path;
  }
}

TEST(PageFilesTest, NothingIsLoadedThatIsNotPartOfTheProgram) {
  std::set<std::string> paths;
  for (const PageFile& file : page_files()) paths.insert(std::string(file.path));
  const std::string index(page_files().front().content);
  static const std::regex kLoaded("(?:src|rel=[^>]*href)=\"([^\"]+)\"");
  std::size_t loaded = 0;
  for (std::sregex_iterator each(index.begin(), index.end(), kLoaded), end; each != end; ++each, ++loaded) {
    EXPECT_TRUE(paths.contains("/" + (*each)[1].str())) << (*each)[1].str();
  }
  EXPECT_EQ(loaded, paths.size() - 1);
}

TEST(PageFilesTest, TheScriptsPutInTextAndNeverMarkup) {
  for (const PageFile& file : page_files()) {
    if (!file.path.ends_with(".js")) continue;
    const std::string text(file.content);
    for (const char* way : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("}) {
      EXPECT_THAT(text, Not(HasSubstr(way))) << file.path;
    }
  }
}

}  // namespace
