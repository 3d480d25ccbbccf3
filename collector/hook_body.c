/* SPDX-License-Identifier: Apache-2.0 */
/* hook_body.c: see hook_body.h. It is read only after its signature was found good. */
#include "collector/hook_body.h"

#include <string.h>

#include "collector/hook_inside.h"
#include "collector/json_quick.h"
#include "collector/map_json.h"
#include "core/i18n.h"

enum { STATUS_BAD = 400, STATUS_TYPE = 415 };

static struct sv header(const struct hook_request *q, const char *name)
{
	return sv_trim(hook_header(q, name));
}

/* ---- JSON ------------------------------------------------------------------------------- */

static int read_json(struct sv text, struct arena *arena, json_t **out, const char **why)
{
	json_error_t e;

	if (text.n > 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		text = sv_sub(text, 3, text.n);
	*out = text.n ? json_quick(text, arena) : NULL; /* goes no deeper either */
	if (*out)
		return 0;
	*why = N_("the body is nested too deep");
	if (map_json_deep(text))
		return STATUS_BAD;
	*why = N_("the body is no JSON");
	if (text.n)
		*out = json_loadb(text.p, text.n, 0, &e);
	return *out ? 0 : STATUS_BAD;
}

/* ---- forms ------------------------------------------------------------------------------ */

static bool base64(struct sv s, struct arena *arena, struct sv *out)
{
	struct err ignored = ERR_NONE;

	return !map_base64(s, arena, out, &ignored);
}

/* "a=1&b=2" as {"a": "1", "b": "2"}; of a name that comes twice the first counts. */
static int form_object(const struct hook_param *p, size_t n, json_t **out,
		       const char **why)
{
	*out = json_object();
	*why = N_("the form is no UTF-8");
	for (size_t i = 0; i < n; i++) {
		json_t *v = json_stringn(p[i].value.p ? p[i].value.p : "", p[i].value.n);
		char key[256];

		if (!v || p[i].name.n >= sizeof(key) ||
		    memchr(p[i].name.p, 0, p[i].name.n)) {
			json_decref(v);
			return STATUS_BAD;
		}
		memcpy(key, p[i].name.p, p[i].name.n);
		key[p[i].name.n] = 0;
		if (json_object_get(*out, key))
			json_decref(v);
		else if (json_object_set_new(*out, key, v))
			return STATUS_BAD;
	}
	return 0;
}

static int read_form(struct sv body, struct arena *arena, json_t **out, const char **why)
{
	struct hook_param *p;
	size_t n;

	/* JSON that a command line sent and said nothing about: no form begins so */
	if (sv_starts(sv_trim(body), SV("{")) || sv_starts(sv_trim(body), SV("[")))
		return read_json(body, arena, out, why);
	*why = N_("the form has too many fields");
	if (!hook_form(body, arena, &p, &n))
		return STATUS_BAD;
	for (size_t i = 0; i < n; i++) /* FreeSWITCH: the record is JSON in a field */
		if (sv_eq(p[i].name, SV("cdr")))
			return read_json(p[i].value, arena, out, why);
	return form_object(p, n, out, why);
}

/* FreeSWITCH, encode=base64: cdr=… without percents. */
static int read_form_base64(struct sv body, struct arena *arena, json_t **out,
			    const char **why)
{
	struct sv text, rest = body;
	struct sv name = sv_cut(&rest, '=');

	*why = N_("the form is no base64");
	if (!sv_eq(name, SV("cdr")) || !base64(rest, arena, &text))
		return STATUS_BAD;
	return read_json(text, arena, out, why);
}

/* ---- CloudEvents ------------------------------------------------------------------------ */

static struct sv text_of(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v)
		       ? (struct sv){ json_string_value(v), json_string_length(v) }
		       : (struct sv){ NULL, 0 };
}

/* What the event carries; a new reference. NULL: it is no event, or its data is no JSON. */
static json_t *event_data(const json_t *event, struct arena *arena, struct sv *from,
			  struct sv *id)
{
	json_t *data = json_object_get(event, "data"), *made = NULL;
	struct sv coded = text_of(event, "data_base64"), bytes;
	const char *why;

	if (!sv_eq(text_of(event, "specversion"), SV("1.0")) || !text_of(event, "id").n ||
	    !text_of(event, "source").n || !text_of(event, "type").n ||
	    !arena_copy(arena, text_of(event, "source"), from) ||
	    !arena_copy(arena, text_of(event, "id"), id))
		return NULL;
	if (data)
		return json_incref(data);
	if (coded.n && base64(coded, arena, &bytes) &&
	    !read_json(bytes, arena, &made, &why))
		return made;
	return coded.n ? NULL : json_null();
}

static int open_event(struct hook_body *b, struct arena *arena, const char **why)
{
	json_t *data = event_data(b->json, arena, &b->event_of, &b->event);

	*why = N_("the body is no CloudEvent 1.0");
	json_decref(b->json);
	b->json = data;
	return data ? 0 : STATUS_BAD;
}

/* One of many has no id of its own delivery; the records have theirs. */
static int open_batch(struct hook_body *b, struct arena *arena, const char **why)
{
	json_t *all = json_array(), *event;
	struct sv from, id;
	size_t i;
	bool good = json_is_array(b->json);

	*why = N_("the body is no batch of CloudEvents 1.0");
	json_array_foreach(b->json, i, event)
	{
		json_t *data = good ? event_data(event, arena, &from, &id) : NULL;

		good = good && data && !json_array_append_new(all, data);
	}
	json_decref(b->json);
	b->json = all;
	return good ? 0 : STATUS_BAD;
}

static int open_binary(const struct hook_request *q, struct hook_body *b,
		       struct arena *arena, const char **why)
{
	*why = N_("the headers are no CloudEvent 1.0");
	if (!sv_eq(header(q, "ce-specversion"), SV("1.0")) || !header(q, "ce-type").n ||
	    !header(q, "ce-source").n || !header(q, "ce-id").n ||
	    !hook_decode(header(q, "ce-source"), arena, &b->event_of) ||
	    !hook_decode(header(q, "ce-id"), arena, &b->event))
		return STATUS_BAD;
	return 0;
}

/* ---- by the type that it says ------------------------------------------------------------ */

static int read_as(struct sv type, const struct hook_request *q, struct arena *arena,
		   struct hook_body *out, const char **why)
{
	int rc;

	if (sv_ieq(type, SV("application/x-www-form-urlencoded")))
		return read_form(q->body, arena, &out->json, why);
	if (sv_ieq(type, SV("application/x-www-form-base64-encoded")))
		return read_form_base64(q->body, arena, &out->json, why);
	if (!sv_ieq(type, SV("application/json")) && !sv_ieq(type, SV("text/json")) &&
	    !(type.n > 5 && sv_ieq(sv_sub(type, type.n - 5, 5), SV("+json")))) {
		*why = N_("its content type is not understood");
		return STATUS_TYPE;
	}
	rc = read_json(q->body, arena, &out->json, why);
	if (rc)
		return rc;
	if (sv_ieq(type, SV("application/cloudevents+json")))
		return open_event(out, arena, why);
	if (sv_ieq(type, SV("application/cloudevents-batch+json")))
		return open_batch(out, arena, why);
	return header(q, "ce-specversion").n ? open_binary(q, out, arena, why) : 0;
}

int hook_body_read(const struct hook_request *q, struct arena *arena,
		   struct hook_body *out, const char **why)
{
	struct sv rest = header(q, "Content-Type"), type = sv_trim(sv_cut(&rest, ';'));
	struct sv coding = header(q, "Content-Encoding");
	int rc;

	*out = (struct hook_body){ .json = NULL };
	*why = N_("its content type is not understood");
	if (coding.n && !sv_ieq(coding, SV("identity")))
		return STATUS_TYPE;
	rc = read_as(type, q, arena, out, why);
	if (rc) {
		json_decref(out->json);
		out->json = NULL;
	}
	return rc;
}
