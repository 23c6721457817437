#pragma once

#include <span>
#include <string_view>

namespace streams::runtime {

/// A file of the page for browsers.
struct PageFile {
  std::string_view path;  ///< `/page/page.css`; `/` is index.html
  std::string_view content_type;
  std::string_view content;
};

/// The files in runtime/src/observe/page/, which are part of the program.
std::span<const PageFile> page_files();

}  // namespace streams::runtime
