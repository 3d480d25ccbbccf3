/* SPDX-License-Identifier: Apache-2.0 */
/* record_json.c: see record_json.h. What is not given is left out. */
#include "cli/record_json.h"

#include "core/json_out.h"

static void put_text(struct buf *b, const char *key, struct sv s)
{
	if (!s.n)
		return;
	json_put_key(b, key);
	json_put_text(b, s);
}

static void put_time(struct buf *b, const char *key, int64_t at)
{
	char text[WHEN_TEXT_MAX];

	if (at == TIME_NONE)
		return;
	when_format(at, text);
	put_text(b, key, sv_of(text));
}

static void put_tri(struct buf *b, const char *key, enum tri t)
{
	if (t == TRI_UNKNOWN)
		return;
	json_put_key(b, key);
	buf_str(b, t == TRI_YES ? "true" : "false");
}

static void put_head(struct buf *b, const struct record *r)
{
	static const char *const delivery[] = { "", "delivered", "bounced", "offered" };

	put_text(b, "kind", sv_of(record_kind_name(r->kind)));
	put_text(b, "source", r->source);
	put_text(b, "external_id", r->external_id);
	put_text(b, "channel", sv_of(channel_name(r->channel)));
	put_text(b, "interaction", r->interaction);
	put_time(b, "occurred_at", r->occurred_at);
	put_time(b, "asked_at", r->asked_at);
	put_time(b, "answered_at", r->answered_at);
	put_time(b, "first_response_at", r->first_response_at);
	put_time(b, "resolved_at", r->resolved_at);
	put_text(b, "customer", r->customer);
	put_text(b, "email", r->email);
	put_text(b, "phone", r->phone);
	put_text(b, "crm", r->crm);
	put_text(b, "agent", r->agent);
	put_text(b, "team", r->team);
	put_text(b, "queue", r->queue);
	put_text(b, "reason", r->reason);
	put_text(b, "activity", r->activity);
	if (r->value_cents) {
		json_put_key(b, "value");
		json_put_number(b, (double)r->value_cents / 100, 2);
	}
	put_tri(b, "escalated", r->escalated);
	put_tri(b, "self_service", r->self_service);
	put_text(b, "delivery", sv_of(delivery[r->delivery]));
	put_text(b, "language_hint", r->language);
	put_text(b, "origin", r->origin);
	put_text(b, "comment", r->comment);
}

static void put_scores(struct buf *b, const struct record *r)
{
	if (!r->score_count)
		return;
	json_put_key(b, "scores");
	buf_char(b, '[');
	for (uint8_t i = 0; i < r->score_count; i++) {
		const struct score *s = &r->scores[i];

		buf_printf(b, "%s{\"kind\":\"%s\",\"value\":%d,\"min\":%d,\"max\":%d",
			   i ? "," : "", score_kind_name(s->kind), s->value, s->min,
			   s->max);
		put_text(b, "question", s->question);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void put_attrs(struct buf *b, const struct record *r)
{
	if (!r->attr_count)
		return;
	json_put_key(b, "attributes");
	buf_char(b, '{');
	for (uint8_t i = 0; i < r->attr_count; i++) {
		if (i)
			buf_char(b, ',');
		json_put_text(b, r->attrs[i].key);
		buf_char(b, ':');
		json_put_text(b, r->attrs[i].value);
	}
	buf_char(b, '}');
}

/* What the program has concluded belongs to what is held on a person. */
static void put_verdict(struct program *p, struct buf *b, const struct verdict *v)
{
	const struct taxonomy *t = opinia_analyzer_taxonomy(p->analyzer);

	if (!v->analyzed)
		return;
	json_put_key(b, "verdict");
	buf_char(b, '{');
	if (v->language < p->language_count)
		put_text(b, "language", p->languages[v->language]);
	put_text(b, "sentiment", sv_of(sentiment_name(v->sentiment)));
	json_put_key(b, "score");
	json_put_milli(b, v->score);
	json_put_key(b, "topics");
	buf_char(b, '[');
	for (uint16_t i = 0; i < v->topic_count; i++) {
		buf_str(b, i ? ",{" : "{");
		put_text(b, "id", t->topics[v->topics[i].topic].id);
		put_text(b, "sentiment", sv_of(sentiment_name(v->topics[i].label)));
		buf_char(b, '}');
	}
	buf_str(b, "]}");
}

void record_json(struct program *p, const struct opinia_stored *s, struct buf *b)
{
	buf_printf(b, "{\"id\":%u,\"revision\":%u", s->id, s->revision);
	put_time(b, "landed_at", s->landed_at);
	put_head(b, &s->record);
	put_scores(b, &s->record);
	put_attrs(b, &s->record);
	put_verdict(p, b, &s->verdict);
	buf_char(b, '}');
}
