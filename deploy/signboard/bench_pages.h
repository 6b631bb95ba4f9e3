// Pages for benchmarks: what Chinese government sites send, in any size, every one different.
//
// The sample sites are the templates; what makes a page as large as asked for are more paragraphs
// and links in the sites' own words, and the inline scripts that real pages carry. By its number a
// page is sent gzipped (every second, by turns at level 6 and, as nginx does it, at level 1) and in
// GB18030 under the label gb2312 (every third). By default every tenth speaks of international
// communication centres; the others do not, as nearly all pages do not.
//
// Threads: Make is safe from any.
// Errors:  Open: kNotFound, no page below the folder fits.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "proto/base/status.h"

namespace signboard::cli {

struct BenchPage {
  std::string wire;      // As sent.
  std::string charset;   // Of Content-Type; empty: only the page itself says it.
  bool gzipped = false;
};

std::string Gzip(std::string bytes, int level);

class BenchPages {
 public:
  // `sites` is a folder of sample sites.
  static StatusOr<BenchPages> Open(const std::string& sites);

  // The same for the same arguments. About `bytes` long before it is compressed.
  BenchPage Make(size_t number, size_t bytes) const {
    return Make(number, bytes, Announces(number));
  }
  BenchPage Make(size_t number, size_t bytes, bool announces) const;
  // An article of the sample sites, sent as page `number` is.
  BenchPage Sample(size_t number, bool announces) const;
  // List pages of the sample sites and their home pages, in UTF-8.
  const std::vector<std::string>& hubs() const { return hubs_; }
  const std::vector<std::string>& homes() const { return homes_; }
  // What pages say and are called that do not speak of such centres. Not empty.
  const std::vector<std::string>& sentences() const { return sentences_[0]; }
  const std::vector<std::string>& titles() const { return titles_; }

 private:
  // A page cut where more can be added.
  struct Template {
    std::string head;    // To the charset's label.
    std::string middle;  // To the end of the last paragraph.
    std::string tail;    // From there to </body>.
    std::string end;
  };
  class Writer;

  static bool Announces(size_t number);
  static BenchPage Send(std::string utf8, size_t number);
  void Learn(const std::string& file);
  void LearnHub(const std::string& file, const std::string& html);

  // By whether they speak of such centres.
  std::vector<Template> templates_[2];
  std::vector<std::string> sentences_[2];
  std::vector<std::string> titles_;  // None does.
  std::vector<std::string> hubs_;
  std::vector<std::string> homes_;
};

}  // namespace signboard::cli
