// The text a page is about, without menus, footers and side columns.
//
// First the containers that Chinese content systems use (TRS_Editor, #zoom, .article-content, …,
// js_content of WeChat); else the element whose paragraphs hold the most text that is not links.
// A page with neither (a list, a form) gives all its text but boilerplate elements.
//
// Threads: Safe from any; no state.
#pragma once

#include <string>

#include "crawler/parse/document.h"

namespace signboard::extract {

struct MainText {
  std::string text;       // Paragraphs as lines.
  std::string container;  // For people: "div.TRS_Editor", "density:div#main", "body".
  parse::Node node;       // Lives as long as the document.
};

MainText FindMainText(const parse::Document& document);

}  // namespace signboard::extract
