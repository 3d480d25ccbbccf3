/* SPDX-License-Identifier: Apache-2.0 */
/* vendors_chat.c: the desks of chat and e-mail. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fake/vendor.h"

static int64_t s_of(int64_t ms)
{
	return ms / 1000;
}

/* ---- Chatwoot: numbered pages of a bare list ----------------------------------------------- */

static void chatwoot_item(json_t *item, const struct desk_row *r)
{
	desk_put(item, "id", json_integer(r->n));
	desk_put(item, "message_id", json_integer(90000 + r->n));
	desk_put(item, "conversation_id", json_integer(4000 + r->n));
	desk_put(item, "rating", json_integer(r->broken ? 99 : r->score));
	desk_put(item, "feedback_message", json_string(r->comment));
	desk_put(item, "created_at", json_integer(s_of(r->asked)));
}

static const char *chatwoot_read(const struct desk_ask *q, struct desk_page *p)
{
	bool since = *desk_text(q->query, "since"), until = *desk_text(q->query, "until");

	if (since && until) { /* one of them alone is as good as none */
		p->from = desk_number(q->query, "since") * 1000;
		p->to = desk_number(q->query, "until") * 1000;
	}
	p->start = ((size_t)desk_number(q->query, "page") - 1) * p->size;
	return NULL;
}

static json_t *chatwoot_other(const struct desk_ask *q, const struct desk_row *rows,
			      size_t count)
{
	int answered = 0;

	if (strcmp(q->path, "/api/v1/accounts/1/csat_survey_responses/metrics") != 0)
		return NULL;
	for (size_t i = 0; i < count; i++)
		answered += rows[i].score >= 0;
	return json_pack("{si,si,s{}}", "total_sent_messages_count", (int)count,
			 "total_count", answered, "ratings_count");
}

/* ---- Zendesk: two surveys, two units of time ---------------------------------------------- */

static void zendesk_item(json_t *item, const struct desk_row *r)
{
	char id[27], ticket[16];

	desk_ulid(id, r->asked, r->n);
	snprintf(ticket, sizeof(ticket), "%d", 5000 + r->n);
	desk_put(item, "id", json_string(id));
	desk_put(item, "responder_id", json_integer(7000 + r->n));
	desk_put(item, "subjects.0.id", json_string(ticket));
	if (r->score < 0) {
		desk_put(item, "answers", json_array());
		return;
	}
	desk_put(item, "answers.0.rating", json_integer(r->broken ? 99 : r->score));
	desk_put(item, "answers.1.value", json_string(r->comment));
	for (int i = 0; i < 2; i++) {
		char path[40];

		snprintf(path, sizeof(path), "answers.%d.created_at", i);
		desk_put(item, path, desk_iso(r->asked, "%Y-%m-%dT%H:%M:%S.%LZ"));
		snprintf(path, sizeof(path), "answers.%d.updated_at", i);
		desk_put(item, path, desk_iso(r->answered, "%Y-%m-%dT%H:%M:%S.%LZ"));
	}
}

static void zendesk_after(const struct desk_ask *q, struct desk_page *p)
{
	const char *after = desk_text(q->query, "page[after]");

	if (*desk_text(q->query, "page[size]"))
		p->size = (size_t)desk_number(q->query, "page[size]");
	p->behind = *after ? (int)desk_int(after + 1) : 0;
}

static const char *zendesk_read(const struct desk_ask *q, struct desk_page *p)
{
	if (*desk_text(q->query, "filter[created_at_start]"))
		p->from = desk_number(q->query, "filter[created_at_start]");
	if (*desk_text(q->query, "filter[created_at_end]"))
		p->to = desk_number(q->query, "filter[created_at_end]");
	zendesk_after(q, p);
	return NULL;
}

static const char *ratings_read(const struct desk_ask *q, struct desk_page *p)
{
	if (*desk_text(q->query, "start_time"))
		p->from = desk_number(q->query, "start_time") * 1000;
	if (*desk_text(q->query, "end_time")) {
		p->to = desk_number(q->query, "end_time") * 1000;
		if (p->to <= p->from)
			return "end_time must be behind start_time";
	}
	zendesk_after(q, p);
	return NULL;
}

static void zendesk_wrap(json_t *whole, const struct desk_ask *q,
			 const struct desk_page *p)
{
	char cursor[16] = "";

	(void)q;
	if (p->last)
		snprintf(cursor, sizeof(cursor), "c%d", p->last->n);
	desk_put(whole, "meta.has_more", json_boolean(p->more));
	desk_put(whole, "meta.after_cursor", *cursor ? json_string(cursor) : json_null());
}

static void ratings_item(json_t *item, const struct desk_row *r)
{
	static const char *const words[] = { "bad", "good" };

	desk_put(item, "id", json_integer(600 + r->n));
	desk_put(item, "requester_id", json_integer(7000 + r->n));
	desk_put(item, "ticket_id", json_integer(5000 + r->n));
	desk_put(item, "score",
		 json_string(r->score < 0 ? "offered"
			     : r->broken  ? "goodish"
					  : words[r->score > 0]));
	desk_put(item, "comment", r->score < 0 ? json_null() : json_string(r->comment));
	desk_put(item, "created_at", desk_iso(r->asked, "%Y-%m-%dT%H:%M:%SZ"));
	desk_put(item, "updated_at", desk_iso(r->answered, "%Y-%m-%dT%H:%M:%SZ"));
}

/* ---- LiveChat: behind the first page only its id ------------------------------------------- */

static void livechat_item(json_t *item, const struct desk_row *r)
{
	char id[16];

	snprintf(id, sizeof(id), "PJ0CHAT%d", r->n);
	desk_put(item, "id", json_string(id));
	snprintf(id, sizeof(id), "K6THREAD%d", r->n);
	desk_put(item, "thread.id", json_string(id));
	desk_put(item, "thread.created_at",
		 desk_iso(r->asked, "%Y-%m-%dT%H:%M:%S.%L000Z"));
	desk_put(item, "thread.properties.rating.score",
		 json_integer(r->broken ? 99 : r->score));
	desk_put(item, "thread.properties.rating.comment", json_string(r->comment));
}

static const char *livechat_read(const struct desk_ask *q, struct desk_page *p)
{
	const char *id = desk_text(q->body, "page_id");
	json_t *filters = json_object_get(q->body, "filters");
	json_int_t limit = json_integer_value(json_object_get(q->body, "limit"));

	if (*id && json_object_size(q->body) > 1)
		return "page_id: no other parameter may stand beside it";
	if (*id) {
		if (sscanf(id, "p%zu_%zu_%lld_%lld", &p->start, &p->size,
			   (long long *)&p->from, (long long *)&p->to) != 4)
			return "page_id: unknown";
		return NULL;
	}
	if (!desk_at(filters, "properties.rating.score.exists"))
		return "filters.properties.rating.score.exists is missing";
	if (strcmp(desk_text(q->body, "sort_order"), "asc") != 0)
		return "sort_order: asc is wanted";
	if (limit < 1 || limit > 100)
		return "limit: 1 to 100";
	p->size = (size_t)limit;
	p->from = desk_number(filters, "from");
	p->to = desk_number(filters, "to");
	return p->from < 0 || p->to < 0 ? "from, to: RFC 3339 with microseconds" : NULL;
}

static void livechat_wrap(json_t *whole, const struct desk_ask *q,
			  const struct desk_page *p)
{
	char id[80];

	(void)q;
	desk_put(whole, "found_chats", json_integer((json_int_t)p->all));
	json_object_del(whole, "next_page_id");
	if (!p->more)
		return;
	snprintf(id, sizeof(id), "p%zu_%zu_%lld_%lld", p->start + p->count, p->size,
		 (long long)p->from, (long long)p->to);
	json_object_set_new(whole, "next_page_id", json_string(id));
}

/* ---- Intercom: a search ---------------------------------------------------------------- */

static void intercom_item(json_t *item, const struct desk_row *r)
{
	char id[16];

	snprintf(id, sizeof(id), "%d", 30000 + r->n);
	desk_put(item, "id", json_string(id));
	desk_put(item, "conversation_rating.created_at", json_integer(s_of(r->asked)));
	desk_put(item, "conversation_rating.updated_at", json_integer(s_of(r->answered)));
	desk_put(item, "conversation_rating.rating",
		 r->score < 0 ? json_null() : json_integer(r->broken ? 99 : r->score));
	desk_put(item, "conversation_rating.remark",
		 r->score < 0 ? json_null() : json_string(r->comment));
}

static const char *intercom_read(const struct desk_ask *q, struct desk_page *p)
{
	json_t *query = json_object_get(q->body, "query");
	json_t *first = desk_at(query, "value.0");
	json_t *pages = json_object_get(q->body, "pagination");
	const char *value = desk_text(first, "value");

	if (strcmp(desk_text(query, "operator"), "OR") != 0 || !first)
		return "query: a group of filters is wanted";
	if (strcmp(desk_text(first, "field"), "conversation_rating.requested_at") != 0 ||
	    strcmp(desk_text(first, "operator"), ">") != 0 || strlen(value) != 10)
		return "value: a time in seconds is wanted";
	p->from = desk_int(value) * 1000;
	p->size = (size_t)json_integer_value(json_object_get(pages, "per_page"));
	if (p->size < 1 || p->size > 150)
		return "per_page: 1 to 150";
	p->start = (size_t)desk_int(desk_text(pages, "starting_after"));
	return NULL;
}

static void intercom_wrap(json_t *whole, const struct desk_ask *q,
			  const struct desk_page *p)
{
	char after[24];

	(void)q;
	desk_put(whole, "total_count", json_integer((json_int_t)p->all));
	snprintf(after, sizeof(after), "%zu", p->start + p->count);
	desk_put(whole, "pages.next",
		 p->more ? json_pack("{si,ss}", "per_page", (int)p->size,
				     "starting_after", after)
			 : json_null());
}

/* ---- Freshdesk: codes, not points ---------------------------------------------------------- */

static void freshdesk_item(json_t *item, const struct desk_row *r)
{
	static const int codes[] = { -103, -102, 100, 102, 103 };
	int code = r->broken ? 777 : codes[(unsigned)(r->score - 1) % COUNT_OF(codes)];

	desk_put(item, "id", json_integer(800 + r->n));
	desk_put(item, "user_id", json_integer(7000 + r->n));
	desk_put(item, "ticket_id", json_integer(5000 + r->n));
	desk_put(item, "feedback", json_string(r->comment));
	/* Some accounts give an object, some a list: every other row does. */
	desk_put(item, "ratings",
		 r->n % 2 ? json_pack("{si}", "default_question", code)
			  : json_pack("[{ss,si}]", "question", "default_question",
				      "value", code));
	desk_put(item, "created_at", desk_iso(r->asked, "%Y-%m-%dT%H:%M:%SZ"));
	desk_put(item, "updated_at", desk_iso(r->answered, "%Y-%m-%dT%H:%M:%SZ"));
}

static const char *freshdesk_read(const struct desk_ask *q, struct desk_page *p)
{
	if (*desk_text(q->query, "created_since"))
		p->from = desk_number(q->query, "created_since");
	if (*desk_text(q->query, "per_page"))
		p->size = (size_t)desk_number(q->query, "per_page");
	if (*desk_text(q->query, "page"))
		p->start = ((size_t)desk_number(q->query, "page") - 1) * p->size;
	return NULL;
}

#define SECONDS "^[0-9]{10}$"
#define MILLIS "^[0-9]{13}$"
#define ISO "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
#define PAGE "^[1-9][0-9]*$"
#define HUNDRED "^([1-9][0-9]?|100)$"

const struct desk_vendor desk_chats[] = {
	{ .name = "chatwoot",
	  .method = "GET",
	  .path = "/api/v1/accounts/1/csat_survey_responses",
	  .items = "",
	  .params = { { "page", PAGE, true },
		      { "since", SECONDS, false },
		      { "until", SECONDS, false },
		      { "sort", "^created_at$", true },
		      { "inbox_id", PAGE, false } },
	  .auth = "api_access_token",
	  .value = "%s",
	  .size = 25,
	  .item = chatwoot_item,
	  .read = chatwoot_read,
	  .other = chatwoot_other },
	{ .name = "zendesk",
	  .method = "GET",
	  .path = "/api/v2/guide/survey_responses",
	  .items = "survey_responses",
	  .params = { { "filter[created_at_start]", MILLIS, false },
		      { "filter[created_at_end]", MILLIS, false },
		      { "page[size]", HUNDRED, false },
		      { "page[after]", "^c[0-9]+$", false },
		      { "sort", "^-?id$", false } },
	  .auth = "Authorization",
	  .value = DESK_USER "/token:%s",
	  .basic = true,
	  .asked_too = true,
	  .size = 100,
	  .item = zendesk_item,
	  .read = zendesk_read,
	  .wrap = zendesk_wrap },
	{ .name = "zendesk-ratings",
	  .method = "GET",
	  .path = "/api/v2/satisfaction_ratings",
	  .items = "satisfaction_ratings",
	  .params = { { "start_time", SECONDS, false },
		      { "end_time", SECONDS, false },
		      { "page[size]", HUNDRED, false },
		      { "page[after]", "^c[0-9]+$", false },
		      { "score", "^[a-z_]+$", false } },
	  .auth = "Authorization",
	  .value = DESK_USER "/token:%s",
	  .basic = true,
	  .asked_too = true,
	  .size = 100,
	  .item = ratings_item,
	  .read = ratings_read,
	  .wrap = zendesk_wrap },
	{ .name = "livechat",
	  .method = "POST",
	  .path = "/v3.6/agent/action/list_archives",
	  .items = "chats",
	  .auth = "Authorization",
	  .value = DESK_USER ":%s",
	  .basic = true,
	  .size = 10,
	  .item = livechat_item,
	  .read = livechat_read,
	  .wrap = livechat_wrap },
	{ .name = "intercom",
	  .method = "POST",
	  .path = "/conversations/search",
	  .items = "conversations",
	  .auth = "Authorization",
	  .value = "Bearer %s",
	  .header = "Intercom-Version",
	  .header_value = "2.15",
	  .asked_too = true,
	  .size = 20,
	  .item = intercom_item,
	  .read = intercom_read,
	  .wrap = intercom_wrap },
	{ .name = "freshdesk",
	  .method = "GET",
	  .path = "/api/v2/surveys/satisfaction_ratings",
	  .items = "",
	  .params = { { "created_since", ISO, false },
		      { "page", PAGE, false },
		      { "per_page", HUNDRED, false } },
	  .auth = "Authorization",
	  .value = "%s:X",
	  .basic = true,
	  .size = 30,
	  .item = freshdesk_item,
	  .read = freshdesk_read },
};

const size_t desk_chat_count = COUNT_OF(desk_chats);
