/* SPDX-License-Identifier: Apache-2.0 */
/* desk.c: see desk.h: rows, faults and what is asked. How it speaks HTTP is in desk_http.c. */
#include "tests/fake/desk_inside.h"

#include <openssl/evp.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ---------------------------------------------------------------------------------- */

static struct desk_row *row_of(struct desk *d, int n)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->rows[i].n == n)
			return &d->rows[i];
	return NULL;
}

void desk_add(struct desk *d, const struct desk_row *row)
{
	pthread_mutex_lock(&d->lock);
	if (d->count == DESK_ROWS_MAX)
		abort();
	d->rows[d->count++] = *row;
	pthread_mutex_unlock(&d->lock);
}

void desk_edit(struct desk *d, int n, int score, const char *comment, int64_t answered)
{
	struct desk_row *row;

	pthread_mutex_lock(&d->lock);
	row = row_of(d, n);
	if (!row)
		abort();
	row->score = score;
	row->answered = answered;
	snprintf(row->comment, sizeof(row->comment), "%s", comment);
	pthread_mutex_unlock(&d->lock);
}

void desk_delete(struct desk *d, int n)
{
	struct desk_row *row;

	pthread_mutex_lock(&d->lock);
	row = row_of(d, n);
	if (row) {
		size_t behind = d->count - (size_t)(row - d->rows) - 1;

		memmove(row, row + 1, behind * sizeof(*row));
		d->count--;
	}
	pthread_mutex_unlock(&d->lock);
}

/* ---- is the request as this vendor wants it? ----------------------------------------------- */

static bool matches(const char *pattern, const char *text)
{
	regex_t re;
	bool good;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB))
		abort();
	good = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return good;
}

static const struct desk_param *param_of(const struct desk_vendor *v, const char *name)
{
	for (size_t i = 0; i < PARAMS_MAX && v->params[i].name; i++)
		if (strcmp(v->params[i].name, name) == 0)
			return &v->params[i];
	return NULL;
}

static json_t *complaint(const char *what, const char *why)
{
	return json_pack("{ss,ss}", "error", why, "description", what);
}

static json_t *check_query(const struct desk_vendor *v, json_t *query)
{
	const char *name;
	json_t *value;

	json_object_foreach(query, name, value)
	{
		const struct desk_param *p = param_of(v, name);

		if (!p)
			return complaint(name, "unknown parameter");
		if (!matches(p->pattern, json_string_value(value)))
			return complaint(name, "not a value of this parameter");
	}
	for (size_t i = 0; i < PARAMS_MAX && v->params[i].name; i++)
		if (v->params[i].must && !json_object_get(query, v->params[i].name))
			return complaint(v->params[i].name, "is missing");
	return NULL;
}

bool desk_admits(const struct desk_vendor *v, const char *given)
{
	char plain[256], wanted[400];

	if (!v->auth)
		return true;
	snprintf(plain, sizeof(plain), v->value, DESK_SECRET);
	if (v->basic) {
		memcpy(wanted, "Basic ", 7);
		EVP_EncodeBlock((unsigned char *)wanted + 6, (unsigned char *)plain,
				(int)strlen(plain));
	} else {
		snprintf(wanted, sizeof(wanted), "%s", plain);
	}
	return given && strcmp(given, wanted) == 0;
}

/* ---- a page -------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	const struct desk_row *x = a, *y = b;

	if (x->asked != y->asked)
		return x->asked < y->asked ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

static int by_answer(const void *a, const void *b)
{
	const struct desk_row *x = a, *y = b;

	if (x->answered != y->answered)
		return x->answered < y->answered ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

static int newest_first(const void *a, const void *b)
{
	return by_answer(b, a);
}

/* The rows of the window, in the vendor's order. */
static size_t window(const struct desk *d, const struct desk_page *p,
		     struct desk_row *out)
{
	const struct desk_vendor *v = d->vendor;
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++) {
		const struct desk_row *r = &d->rows[i];
		int64_t at = v->by_answer ? r->answered : r->asked;

		if (at >= p->from && at < p->to && (v->asked_too || r->score >= 0))
			out[n++] = *r;
	}
	qsort(out, n, sizeof(*out),
	      v->newest_first ? newest_first
	      : v->by_answer  ? by_answer
			      : by_time);
	return n;
}

/* Where the page behind row @behind begins; if that is gone, the order of the numbers decides. */
static size_t start_behind(const struct desk_row *rows, size_t count, int behind,
			   bool newest)
{
	size_t i = 0;

	while (i < count && rows[i].n != behind)
		i++;
	if (i < count)
		return i + 1;
	for (i = 0; i < count && (newest ? rows[i].n >= behind : rows[i].n <= behind);)
		i++;
	return i;
}

static json_t *page_of(struct desk *d, const struct desk_ask *q, struct desk_page *p,
		       bool endless)
{
	static const struct desk_row none;
	struct desk_row *rows = calloc(DESK_ROWS_MAX, sizeof(*rows));
	json_t *list = json_array(), *whole = json_deep_copy(d->whole), *packed;
	size_t end;

	p->all = window(d, p, rows);
	if (p->behind)
		p->start = start_behind(rows, p->all, p->behind, d->vendor->newest_first);
	if (endless)
		p->start = 0;
	end = p->start < p->all ? p->start + p->size : p->start;
	end = end > p->all ? p->all : end;
	for (size_t i = p->start; i < end; i++) {
		json_t *item = json_deep_copy(d->item);

		d->vendor->item(item, &rows[i]);
		json_array_append_new(list, item);
	}
	p->count = end - p->start;
	p->more = endless || end < p->all;
	p->last = p->count ? &rows[end - 1] : endless ? &none : NULL;
	if (*d->vendor->items) {
		desk_put(whole, d->vendor->items, list);
	} else {
		json_decref(whole);
		whole = list;
	}
	if (d->vendor->wrap)
		d->vendor->wrap(whole, q, p);
	free(rows);
	if (!d->vendor->pack)
		return whole;
	packed = d->vendor->pack(whole, q);
	json_decref(whole);
	return packed;
}

/* Under the lock. The answer, and its status. */
json_t *desk_answer(struct desk *d, const struct desk_ask *q, bool endless, int *status)
{
	const struct desk_vendor *v = d->vendor;
	struct desk_page p = { .to = INT64_MAX, .size = v->size };
	json_t *out = v->other ? v->other(q, d->rows, d->count) : NULL;
	const char *wrong;

	*status = 200;
	if (out)
		return out;
	if (strcmp(q->path, v->path) != 0) {
		*status = 404;
		return complaint(q->path, "no such address");
	}
	*status = 422;
	if (strcmp(q->method, v->method) != 0)
		return complaint(q->method, "another method is wanted");
	out = check_query(v, q->query);
	if (out)
		return out;
	if (strcmp(v->method, "POST") == 0 && !q->body)
		return complaint("body", "JSON is wanted");
	wrong = v->read(q, &p);
	if (wrong)
		return complaint("body", wrong);
	*status = 200;
	return page_of(d, q, &p, endless);
}

/* ---- beginning and end --------------------------------------------------------------------- */

static const struct desk_vendor *vendor_of(const char *name)
{
	for (size_t i = 0; i < desk_chat_count; i++)
		if (strcmp(desk_chats[i].name, name) == 0)
			return &desk_chats[i];
	for (size_t i = 0; i < desk_survey_count; i++)
		if (strcmp(desk_surveys[i].name, name) == 0)
			return &desk_surveys[i];
	return NULL;
}

bool desk_speaks(const char *vendor)
{
	return vendor_of(vendor) != NULL;
}

/* The first answer with items is what all of them look like. */
static void take_shape(struct desk *d, const char *exchanges)
{
	struct exchange_file f;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s/page.http", exchanges, d->vendor->name);
	exchange_read(&f, path);
	for (size_t i = 0; i < f.count && !d->item; i++) {
		json_t *whole = json_loads(f.at[i].answer, 0, NULL);
		json_t *items = desk_at(whole, d->vendor->items);

		if (json_array_size(items)) {
			d->whole = whole;
			d->item = json_deep_copy(json_array_get(items, 0));
		} else {
			json_decref(whole);
		}
	}
	if (!d->item) {
		fprintf(stderr, "%s: no answer with items\n", path);
		abort();
	}
	exchange_free(&f);
}

struct desk *desk_open(const char *vendor, const char *exchanges)
{
	struct desk *d = calloc(1, sizeof(*d));

	if (!d)
		abort();
	d->vendor = vendor_of(vendor);
	if (!d->vendor) {
		fprintf(stderr, "no desk speaks as `%s`\n", vendor);
		abort();
	}
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->closing, NULL);
	take_shape(d, exchanges);
	desk_listen(d);
	return d;
}

void desk_close(struct desk *d)
{
	if (!d)
		return;
	pthread_mutex_lock(&d->lock);
	d->closed = true;
	pthread_cond_broadcast(&d->closing);
	pthread_mutex_unlock(&d->lock);
	MHD_stop_daemon(d->daemon);
	json_decref(d->whole);
	json_decref(d->item);
	free(d->log);
	pthread_cond_destroy(&d->closing);
	pthread_mutex_destroy(&d->lock);
	free(d);
}
