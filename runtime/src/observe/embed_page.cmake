# cmake -DFOLDER=... -DFILES=a,b -DOUTPUT=x.cpp -P embed_page.cmake: makes page_files() from the files of the page.
string(REPLACE "," ";" FILES "${FILES}")
set(rows "")
foreach(file IN LISTS FILES)
  file(READ "${FOLDER}/${file}" content)
  string(FIND "${content}" ")page\"" end)
  if(NOT end EQUAL -1)
    message(FATAL_ERROR "${file}: it must not contain )page\" because it becomes a raw string")
  endif()
  if(file MATCHES "\\.html$")
    set(type "text/html; charset=utf-8")
  elseif(file MATCHES "\\.css$")
    set(type "text/css; charset=utf-8")
  elseif(file MATCHES "\\.js$")
    set(type "text/javascript; charset=utf-8")
  elseif(file MATCHES "\\.svg$")
    set(type "image/svg+xml")
  else()
    message(FATAL_ERROR "${file}: embed_page.cmake knows no content type for it")
  endif()
  if(file STREQUAL "index.html")
    set(path "/")
  else()
    set(path "/page/${file}")
  endif()
  string(APPEND rows "    PageFile{\"${path}\", \"${type}\", R\"page(${content})page\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made by embed_page.cmake; do not edit.
#include \"observe/page_files.hpp\"

#include <array>

namespace streams::runtime {

std::span<const PageFile> page_files() {
  static constexpr std::array kFiles{
${rows}  };
  return kFiles;
}

}  // namespace streams::runtime
")
