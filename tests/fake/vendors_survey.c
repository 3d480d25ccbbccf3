/* SPDX-License-Identifier: Apache-2.0 */
/* vendors_survey.c: the desks of survey tools. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fake/vendor.h"

#define ISO_MS "%Y-%m-%dT%H:%M:%S.%LZ"

/* ---- Formbricks: offset, and questions of their own ---------------------------------------- */

static void formbricks_item(json_t *item, const struct desk_row *r)
{
	char id[32];

	snprintf(id, sizeof(id), "cm5resp%05d", r->n);
	desk_put(item, "id", json_string(id));
	snprintf(id, sizeof(id), "cm5cont%05d", r->n);
	desk_put(item, "contactId", json_string(id));
	desk_put(item, "createdAt", desk_iso(r->asked, ISO_MS));
	desk_put(item, "updatedAt", desk_iso(r->answered, ISO_MS));
	desk_put(item, "data.q0csat", json_integer(r->broken ? 99 : r->score));
	desk_put(item, "data.q1text", json_string(r->comment));
}

static const char *formbricks_read(const struct desk_ask *q, struct desk_page *p)
{
	if (strcmp(desk_text(q->query, "order"), "asc") != 0)
		return "order: asc is what the pages need";
	if (*desk_text(q->query, "startDate"))
		p->from = desk_number(q->query, "startDate");
	p->size = (size_t)desk_number(q->query, "limit");
	p->start = (size_t)desk_number(q->query, "skip");
	return p->size > 250 ? "limit: 250 at most" : NULL;
}

static void formbricks_wrap(json_t *whole, const struct desk_ask *q,
			    const struct desk_page *p)
{
	(void)q;
	desk_put(whole, "meta.total", json_integer((json_int_t)p->all));
	desk_put(whole, "meta.limit", json_integer((json_int_t)p->size));
	desk_put(whole, "meta.offset", json_integer((json_int_t)p->start));
}

static json_t *formbricks_other(const struct desk_ask *q, const struct desk_row *rows,
				size_t count)
{
	(void)rows, (void)count;
	if (strcmp(q->path, "/api/v1/management/surveys/cm5survey") != 0)
		return NULL;
	return json_pack("{s{ss,ss,s[{ss,ss,si,ss},{ss,ss,ss}]}}", "data", "id",
			 "cm5survey", "name", "După chat", "questions", "id", "q0csat",
			 "type", "rating", "range", 5, "scale", "star", "id", "q1text",
			 "type", "openText", "inputType", "text");
}

/* ---- LimeSurvey: a procedure call, and text in base64 -------------------------------------- */

static void limesurvey_item(json_t *item, const struct desk_row *r)
{
	char text[32];

	snprintf(text, sizeof(text), "%d", r->n);
	desk_put(item, "id", json_string(text));
	desk_put(item, "submitdate", desk_iso(r->answered, "%Y-%m-%d %H:%M:%S"));
	desk_put(item, "startdate", desk_iso(r->asked, "%Y-%m-%d %H:%M:%S"));
	snprintf(text, sizeof(text), "A%d", r->broken ? 99 : r->score);
	desk_put(item, "Q01", json_string(text));
	desk_put(item, "Q02", json_string(r->comment));
}

static const char *limesurvey_read(const struct desk_ask *q, struct desk_page *p)
{
	const char *method = desk_text(q->body, "method");
	const char *sid = json_string_value(desk_at(q->body, "params.1"));
	const char *kind = json_string_value(desk_at(q->body, "params.2"));

	p->size = 100000;
	if (strcmp(method, "get_session_key") == 0)
		return NULL;
	if (strcmp(method, "export_responses") != 0)
		return "method: unknown";
	if (!sid || strcmp(sid, "282267") != 0)
		return "Invalid Survey ID";
	return kind && strcmp(kind, "json") == 0 ? NULL : "json is wanted";
}

static json_t *limesurvey_login(const struct desk_ask *q)
{
	const char *user = json_string_value(desk_at(q->body, "params.0"));
	const char *secret = json_string_value(desk_at(q->body, "params.1"));

	if (user && secret && strcmp(user, DESK_USER) == 0 &&
	    strcmp(secret, DESK_SECRET) == 0)
		return json_pack("{si,ss,sn}", "id", 1, "result", "sess-9a1", "error");
	return json_pack("{si,s{ss},sn}", "id", 1, "result", "status",
			 "Invalid user name or password", "error");
}

/* Errors come with 200; what was exported is text in base64. */
static json_t *limesurvey_pack(json_t *whole, const struct desk_ask *q)
{
	const char *key = json_string_value(desk_at(q->body, "params.0"));
	const char *status = NULL;
	unsigned char *coded;
	json_t *out;
	char *text;

	if (strcmp(desk_text(q->body, "method"), "get_session_key") == 0)
		return limesurvey_login(q);
	if (!key || strcmp(key, "sess-9a1") != 0)
		status = "Invalid session key";
	else if (json_array_size(json_object_get(whole, "responses")) == 0)
		status = "No Data, could not get max id.";
	if (status)
		return json_pack("{si,s{ss},sn}", "id", 2, "result", "status", status,
				 "error");
	text = json_dumps(whole, JSON_COMPACT);
	coded = malloc(strlen(text) * 4 / 3 + 8);
	EVP_EncodeBlock(coded, (unsigned char *)text, (int)strlen(text));
	out = json_pack("{si,ss,sn}", "id", 2, "result", (char *)coded, "error");
	free(coded);
	free(text);
	return out;
}

/* ---- Typeform: newest first, and `before` the last token ----------------------------------- */

static void typeform_item(json_t *item, const struct desk_row *r)
{
	char token[24];

	snprintf(token, sizeof(token), "tok%06d", r->n);
	desk_put(item, "token", json_string(token));
	desk_put(item, "landing_id", json_string(token));
	desk_put(item, "response_id", json_string(token));
	desk_put(item, "landed_at", desk_iso(r->asked, "%Y-%m-%dT%H:%M:%SZ"));
	desk_put(item, "submitted_at", desk_iso(r->answered, "%Y-%m-%dT%H:%M:%SZ"));
	desk_put(item, "answers.0.number", json_integer(r->broken ? 99 : r->score));
	desk_put(item, "answers.1.text", json_string(r->comment));
}

static const char *typeform_read(const struct desk_ask *q, struct desk_page *p)
{
	const char *before = desk_text(q->query, "before");

	if (*desk_text(q->query, "since"))
		p->from = desk_number(q->query, "since") * 1000;
	if (*desk_text(q->query, "page_size"))
		p->size = (size_t)desk_number(q->query, "page_size");
	p->behind = *before ? (int)desk_int(before + 3) : 0;
	return p->size > 1000 ? "page_size: 1000 at most" : NULL;
}

static void typeform_wrap(json_t *whole, const struct desk_ask *q,
			  const struct desk_page *p)
{
	(void)q;
	desk_put(whole, "total_items", json_integer((json_int_t)p->all));
	desk_put(whole, "page_count",
		 json_integer((json_int_t)((p->all + p->size - 1) / p->size)));
}

/* ---- SurveyMonkey: numbered pages, answers by the ids of choices --------------------------- */

static void surveymonkey_item(json_t *item, const struct desk_row *r)
{
	char text[24];

	snprintf(text, sizeof(text), "%d", 118000 + r->n);
	desk_put(item, "id", json_string(text));
	desk_put(item, "date_created", desk_iso(r->asked, "%Y-%m-%dT%H:%M:%S+00:00"));
	desk_put(item, "date_modified", desk_iso(r->answered, "%Y-%m-%dT%H:%M:%S+00:00"));
	snprintf(text, sizeof(text), "%d", 9000 + (r->broken ? 99 : r->score));
	desk_put(item, "pages.0.questions.0.answers.0.choice_id", json_string(text));
	desk_put(item, "pages.0.questions.1.answers.0.text", json_string(r->comment));
}

static const char *surveymonkey_read(const struct desk_ask *q, struct desk_page *p)
{
	if (*desk_text(q->query, "start_modified_at"))
		p->from = desk_number(q->query, "start_modified_at");
	p->size = (size_t)desk_number(q->query, "per_page");
	p->start = ((size_t)desk_number(q->query, "page") - 1) * p->size;
	return NULL;
}

static void surveymonkey_wrap(json_t *whole, const struct desk_ask *q,
			      const struct desk_page *p)
{
	(void)q;
	desk_put(whole, "total", json_integer((json_int_t)p->all));
	desk_put(whole, "page", json_integer((json_int_t)(p->start / p->size + 1)));
	desk_put(whole, "per_page", json_integer((json_int_t)p->size));
}

#define ISO "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z?$"

const struct desk_vendor desk_surveys[] = {
	{ .name = "formbricks",
	  .method = "GET",
	  .path = "/api/v2/management/responses",
	  .items = "data",
	  .params = { { "surveyId", "^cm5survey$", true },
		      { "filterDateField", "^updatedAt$", true },
		      { "sortBy", "^updatedAt$", true },
		      { "order", "^(asc|desc)$", true },
		      { "startDate", ISO, false },
		      { "limit", "^[1-9][0-9]*$", true },
		      { "skip", "^[0-9]+$", false } },
	  .auth = "x-api-key",
	  .value = "%s",
	  .by_answer = true,
	  .size = 50,
	  .item = formbricks_item,
	  .read = formbricks_read,
	  .wrap = formbricks_wrap,
	  .other = formbricks_other },
	{ .name = "limesurvey",
	  .method = "POST",
	  .path = "/index.php/admin/remotecontrol",
	  .items = "responses",
	  .size = 100000,
	  .item = limesurvey_item,
	  .read = limesurvey_read,
	  .pack = limesurvey_pack },
	{ .name = "typeform",
	  .method = "GET",
	  .path = "/forms/lT4Z3j/responses",
	  .items = "items",
	  .params = { { "since", "^[0-9]{10}$", false },
		      { "page_size", "^[1-9][0-9]*$", false },
		      { "before", "^tok[0-9]{6}$", false } },
	  .auth = "Authorization",
	  .value = "Bearer %s",
	  .by_answer = true,
	  .newest_first = true,
	  .size = 25,
	  .item = typeform_item,
	  .read = typeform_read,
	  .wrap = typeform_wrap },
	{ .name = "surveymonkey",
	  .method = "GET",
	  .path = "/v3/surveys/3001/responses/bulk",
	  .items = "data",
	  .params = { { "per_page", "^([1-9][0-9]?|100)$", true },
		      { "page", "^[1-9][0-9]*$", true },
		      { "status", "^completed$", false },
		      { "sort_by", "^date_modified$", true },
		      { "sort_order", "^(ASC|DESC)$", true },
		      { "start_modified_at", ISO, false } },
	  .auth = "Authorization",
	  .value = "Bearer %s",
	  .by_answer = true,
	  .size = 50,
	  .item = surveymonkey_item,
	  .read = surveymonkey_read,
	  .wrap = surveymonkey_wrap },
};

const size_t desk_survey_count = COUNT_OF(desk_surveys);
