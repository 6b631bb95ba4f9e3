// A Finding as the message that is stored, listed and sent: signboard.v1.Finding. Its shape is all
// that is known of it here, so that this room stays free of protobuf and every other can use it.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "crawler/extract/finding.h"

namespace signboard::extract {

template <class Message>
void SetPlace(const Place& place, Message* into) {
  into->set_code(place.code);
  into->set_name_zh(place.name_zh);
  into->set_level(place.level);
  for (const std::string& code : place.parents) into->add_parents(code);
}

template <class Message>
void SetLists(const Finding& finding, Message* into) {
  for (const std::string& partner : finding.partners) into->add_partners(partner);
  for (const std::string& platform : finding.platforms) into->add_platforms(platform);
  for (const std::string& account : finding.accounts) into->add_accounts(account);
  for (const Claim& claim : finding.claims) {
    auto* const added = into->add_claims();
    added->set_metric(claim.metric);
    added->set_value(claim.value);
    added->set_raw(claim.raw);
  }
  for (const Quote& quote : finding.quotes) {
    auto* const added = into->add_quotes();
    added->set_field(quote.field);
    added->set_from(quote.from);
    added->set_to(quote.to);
    added->set_text(quote.text);
  }
  for (const std::string& reason : finding.reasons) into->add_reasons(reason);
}

// `Message`: v1::Finding.
template <class Message>
Message MakeMessage(const Finding& finding) {
  Message out;
  out.set_is_announcement(finding.is_announcement);
  out.set_score(finding.score);
  out.set_event(finding.event);
  out.set_unit_type(finding.unit_type);
  out.set_centre_name_zh(finding.centre_name_zh);
  out.set_centre_name_en(finding.centre_name_en);
  const Place& place = finding.place;
  if (!place.code.empty() || !place.name_zh.empty() || !place.level.empty())
    SetPlace(place, out.mutable_place());
  if (finding.event_date) {
    out.set_event_date(finding.event_date->date);
    out.set_event_date_precision(finding.event_date->precision);
    out.set_event_date_basis(finding.event_date->basis);
  }
  out.set_lead_organ(finding.lead_organ);
  out.set_guiding_organ(finding.guiding_organ);
  out.set_operator_organ(finding.operator_organ);
  if (finding.ordinal) {
    out.set_ordinal_rank(finding.ordinal->rank);
    out.set_ordinal_scope_code(finding.ordinal->scope_code);
    out.set_ordinal_raw(finding.ordinal->raw);
  }
  SetLists(finding, &out);
  return out;
}

}  // namespace signboard::extract
