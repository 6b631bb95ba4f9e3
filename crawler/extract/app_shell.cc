#include "crawler/extract/app_shell.h"

#include <algorithm>
#include <array>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using parse::Node;

constexpr size_t kNoscriptBytesMax = 2'048;

// Of Vue, React, Angular, Next, Nuxt, Svelte, Ember, and what people call theirs.
bool IsMountId(std::string_view id) {
  static constexpr std::array<std::string_view, 14> kIds = {
      "app",      "root", "application", "app-root", "__next",    "__nuxt", "react-root",
      "main-app", "svelte", "ember-app", "mount",    "container", "page-app", "vue-app"};
  return std::find(kIds.begin(), kIds.end(), base::ToLowerAscii(id)) != kIds.end();
}

bool IsMount(Node n) {
  return n.tag() == "app-root" || (n.tag() == "div" && IsMountId(n.Attribute("id"))) ||
         (n.tag() == "main" && IsMountId(n.Attribute("id")));
}

// A spinner is no content: what counts is text.
bool IsEmpty(Node n) { return parse::TextOf(n, 64).size() < 32; }

bool AsksForScripts(Node noscript) {
  const std::string text = base::ToLowerAscii(parse::RawTextOf(noscript, kNoscriptBytesMax));
  return text.find("javascript") != std::string::npos || text.find("脚本") != std::string::npos;
}

// Data blocks (JSON, templates) are no scripts.
bool IsRun(Node script) {
  const std::string type = base::ToLowerAscii(script.Attribute("type"));
  return type.empty() || type == "module" || type.find("javascript") != std::string::npos;
}

bool LeadsOn(const Links& links) {
  return std::any_of(links.links.begin(), links.links.end(), [](const Link& link) {
    return link.kind == LinkKind::kRefresh || link.kind == LinkKind::kFrame ||
           link.kind == LinkKind::kPagination;
  });
}

size_t AnchorCount(const Links& links) {
  return static_cast<size_t>(
      std::count_if(links.links.begin(), links.links.end(),
                    [](const Link& link) { return link.kind == LinkKind::kAnchor; }));
}

}  // namespace

std::string AppShellWhy(const parse::Document& document, const Links& links,
                        std::string_view visible) {
  // A code point has at most four bytes.
  if (visible.size() > 4 * kShellTextCharsMax) return "";
  const size_t chars = base::CountCodePoints(visible);
  const size_t anchors = AnchorCount(links);
  if (chars > kShellTextCharsMax || anchors > kShellLinksMax || LeadsOn(links)) return "";
  bool script = false, file = false, title = false, mount = false, noscript = false;
  const Node root = document.root();
  for (Node n = root; n; n = n.Next(root)) {
    const std::string_view tag = n.tag();
    if (tag == "script" && IsRun(n)) {
      script = true;
      file = file || n.HasAttribute("src");
    } else if (tag == "title") {
      title = title || !parse::RawTextOf(n, 64).empty();
    } else if (tag == "noscript") {
      noscript = noscript || AsksForScripts(n);
    } else if (IsMount(n)) {
      mount = mount || IsEmpty(n);
    }
  }
  if (!script) return "";
  if (mount) return "mount";
  if (noscript) return "noscript";
  return chars == 0 && anchors == 0 && file && title ? "bare" : "";
}

}  // namespace signboard::extract
