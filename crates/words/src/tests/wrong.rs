use domain::{ChatUserId, PersonId};
use insta::assert_snapshot;

use super::in_both;
use crate as words;

#[test]
fn operators_read_which_name_is_wrong_what_follows_and_what_to_do() {
    in_both(|lang| {
        let (budi, rina) = (PersonId::from("budi"), PersonId::from("rina"));
        let id = ChatUserId(1_234);
        let lines = [
            words::category_missing("Incidents", lang),
            words::category_several("Incidents", 2, lang),
            words::operators_missing("#sre-ops", lang),
            words::access_role_missing("@sre", "discord.access.responder", lang),
            words::end_post_missing("#sre", "payments", lang),
            words::end_mention_missing("@sre-lead", "payments", lang),
            words::schedule_channel_missing("#sre", "payments", lang),
            words::schedule_role_missing("@on-call", "payments", lang),
            words::watched_missing("#support", "support-chat", lang),
            words::person_nobody(&budi, "budi_s", lang),
            words::person_many(&budi, "b", 1_000, lang),
            words::person_bot(&budi, "siaga", lang),
            words::person_left(&budi, "budi", false, lang),
            words::person_left(&budi, "budi", true, lang),
            words::person_renamed(&budi, "budi", "budi.new", false, lang),
            words::person_renamed(&budi, "budi", "budi.new", true, lang),
            words::person_same(&budi, &rina, lang),
            words::names_more(1, lang),
            words::names_more(4, lang),
            words::person_found(&budi, "budi", id, lang),
            words::person_matched_anew(&budi, ("budi.two", id), ("budi", ChatUserId(99)), lang),
            words::person_unpinned(&budi, "budi", id, lang),
        ];
        assert_snapshot!(lines.join("\n"));
    });
}
