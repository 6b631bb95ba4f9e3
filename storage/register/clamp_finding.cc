#include "storage/register/clamp_finding.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "proto/base/text.h"

namespace signboard::registry {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

void Cut(std::string* text, size_t chars_max) {
  text->resize(base::TruncateUtf8(*text, chars_max).size());
}

void CutAll(Texts* texts, size_t chars_max) {
  if (texts->size() > kListItemsMax)
    texts->DeleteSubrange(kListItemsMax, texts->size() - kListItemsMax);
  for (std::string& text : *texts) Cut(&text, chars_max);
}

template <class List>
void CutList(List* list) {
  if (list->size() > kListItemsMax)
    list->DeleteSubrange(kListItemsMax, list->size() - kListItemsMax);
}

void CutTexts(v1::Finding* f) {
  for (std::string* text :
       {f->mutable_event(), f->mutable_unit_type(), f->mutable_centre_name_zh(),
        f->mutable_centre_name_en(), f->mutable_event_date(), f->mutable_event_date_precision(),
        f->mutable_event_date_basis(), f->mutable_lead_organ(), f->mutable_guiding_organ(),
        f->mutable_operator_organ(), f->mutable_ordinal_scope_code(), f->mutable_ordinal_raw()}) {
    Cut(text, kNameCharsMax);
  }
  if (f->has_place()) {
    v1::Place* place = f->mutable_place();
    Cut(place->mutable_code(), 6);
    Cut(place->mutable_name_zh(), kNameCharsMax);
    Cut(place->mutable_level(), 16);
    if (place->parents_size() > 4) place->mutable_parents()->DeleteSubrange(
        4, place->parents_size() - 4);
    for (std::string& parent : *place->mutable_parents()) Cut(&parent, 6);
  }
  for (Texts* texts : {f->mutable_partners(), f->mutable_platforms(), f->mutable_accounts()})
    CutAll(texts, kNameCharsMax);
  CutAll(f->mutable_reasons(), kLongCharsMax);
  CutList(f->mutable_claims());
  for (v1::Claim& claim : *f->mutable_claims()) {
    Cut(claim.mutable_metric(), 32);
    Cut(claim.mutable_raw(), kNameCharsMax);
  }
  CutList(f->mutable_quotes());
  for (v1::Quote& quote : *f->mutable_quotes()) {
    Cut(quote.mutable_field(), 32);
    Cut(quote.mutable_text(), kLongCharsMax);
    quote.clear_snapshot_id();
  }
}

}  // namespace

v1::Finding Clamp(const v1::Finding& finding) {
  v1::Finding f = finding;
  f.DiscardUnknownFields();
  f.set_score(std::isfinite(f.score()) ? std::clamp(f.score(), 0.0, 1.0) : 0.0);
  CutTexts(&f);
  // The least telling first; names, organs and dates alone fit.
  const auto shrink = [&f](auto* list) {
    while (!list->empty() && f.ByteSizeLong() > kFindingBytesMax) list->RemoveLast();
  };
  shrink(f.mutable_reasons());
  shrink(f.mutable_quotes());
  shrink(f.mutable_accounts());
  shrink(f.mutable_platforms());
  shrink(f.mutable_partners());
  shrink(f.mutable_claims());
  return f;
}

}  // namespace signboard::registry
