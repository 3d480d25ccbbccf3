/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.c: see http.h. One handle of curl, driven by its multi interface, so that waiting ends
 * the moment somebody asks for it, also while a name is being looked up.
 */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "collector/http_inside.h"
#include "core/when.h"

enum { CONNECT_MS = 20000, SLOW_BYTES = 50, SLOW_S = 10 };

/* ---- open and close ---------------------------------------------------------------------- */

static int make(struct http *h, const struct http_options *opt)
{
	h->cancel = opt->cancel;
	h->private_ok = opt->private_ok;
	h->timeout_ms = opt->timeout_ms > 0 ? opt->timeout_ms : HTTP_TIMEOUT_MS;
	h->now = opt->now;
	h->multi = curl_multi_init();
	h->easy = curl_easy_init();
	if (opt->ca_file)
		h->ca_file = strdup(opt->ca_file);
	return h->multi && h->easy && (!opt->ca_file || h->ca_file);
}

int http_open(struct http **out, const struct http_options *opt, struct err *err)
{
	struct http *h = NULL;

	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		h = calloc(1, sizeof(*h));
	if (!h || !make(h, opt)) {
		http_close(h);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	*out = h;
	return 0;
}

void http_close(struct http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->easy);
	curl_multi_cleanup(h->multi);
	free(h->ca_file);
	free(h);
}

/* ---- what curl calls back ---------------------------------------------------------------- */

static curl_socket_t open_socket(void *self, curlsocktype purpose,
				 struct curl_sockaddr *a)
{
	struct http_exchange *x = self;
	int fd =
		purpose == CURLSOCKTYPE_IPCXN
			? http_guard_socket(&x->guard, &a->addr, a->socktype, a->protocol)
			: -1;

	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* Called when TLS begins, and so the connection is there: curl itself tells that only later. */
static CURLcode tls_begins(CURL *c, void *context, void *self)
{
	struct http_exchange *x = self;

	(void)c;
	(void)context;
	x->connected = true;
	return CURLE_OK;
}

static size_t hear(char *p, size_t size, size_t n, void *self)
{
	struct http_exchange *x = self;
	bool begun = x->heard.begun;

	if (!http_hear(x, (struct sv){ p, size * n }))
		return 0;
	if (!begun && x->heard.begun) { /* thinking may take long, speaking may not */
		curl_easy_setopt(x->http->easy, CURLOPT_LOW_SPEED_LIMIT,
				 (long)SLOW_BYTES);
		curl_easy_setopt(x->http->easy, CURLOPT_LOW_SPEED_TIME, (long)SLOW_S);
	}
	return size * n;
}

static size_t take(char *p, size_t size, size_t n, void *self)
{
	struct http_exchange *x = self;

	if (size * n > x->body_max - x->body.n) {
		x->body_too_long = true;
		return 0;
	}
	buf_put(&x->body, p, size * n);
	return buf_ok(&x->body) ? size * n : 0;
}

/* ---- an exchange ------------------------------------------------------------------------- */

static bool prepare_trust(struct http_exchange *x, CURL *c)
{
	const struct http *h = x->http;
	CURLcode bad = curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);

	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	bad |= curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, tls_begins);
	bad |= curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, x);
	if (h->ca_file) {
		bad |= curl_easy_setopt(c, CURLOPT_CAINFO, h->ca_file);
		bad |= curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	return bad == CURLE_OK;
}

bool http_prepare(struct http_exchange *x, void *url)
{
	struct http *h = x->http;
	CURL *c = h->easy;
	long connect_ms = (long)(h->timeout_ms < CONNECT_MS ? h->timeout_ms : CONNECT_MS);
	CURLcode bad;

	curl_easy_reset(c);
	bad = curl_easy_setopt(c, CURLOPT_CURLU, url);
	bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(c, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	bad |= curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
	bad |= curl_easy_setopt(c, CURLOPT_USERAGENT, "opinia");
	bad |= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	bad |= curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)h->timeout_ms);
	bad |= curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	bad |= curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x);
	bad |= curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, hear);
	bad |= curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
	bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	return bad == CURLE_OK && prepare_trust(x, c);
}

int http_run(void *multi, void *easy, const struct cancel *cancel, int *code,
	     struct err *err)
{
	struct curl_waitfd asked = { .fd = cancel_fd(cancel),
				     .events = CURL_WAIT_POLLIN };
	unsigned extra = asked.fd >= 0;
	int running = 1, left;
	CURLMcode rc = curl_multi_add_handle(multi, easy);
	CURLMsg *said;

	*code = -1;
	while (rc == CURLM_OK && running && !cancel_asked(cancel)) {
		rc = curl_multi_perform(multi, &running);
		if (rc == CURLM_OK && running)
			rc = curl_multi_poll(multi, &asked, extra, 500, NULL);
	}
	said = curl_multi_info_read(multi, &left);
	if (said && said->msg == CURLMSG_DONE) {
		*code = (int)said->data.result;
		return 0;
	}
	if (cancel_asked(cancel))
		return cancel_said(err);
	return err_set(err, ERR_SYSTEM, "%s", curl_multi_strerror(rc));
}

int http_drive(struct http *h, int *code, struct err *err)
{
	int rc = http_run(h->multi, h->easy, h->cancel, code, err);

	curl_multi_remove_handle(h->multi, h->easy);
	return rc;
}

/* ---- what is asked ----------------------------------------------------------------------- */

static bool one_line(const char *z)
{
	for (; *z; z++)
		if ((unsigned char)*z < ' ' ? *z != '\t' : *z == 0x7f)
			return false;
	return true;
}

static int add_field(struct curl_slist **list, const struct http_field *f,
		     struct arena *arena, struct err *err)
{
	struct curl_slist *more;
	char *line;

	if (!one_line(f->name) || !one_line(f->value))
		return err_set(err, ERR_CONFIG,
			       "the header %s cannot be sent: there is a line break or "
			       "control character in it",
			       one_line(f->name) ? f->name : "?");
	line = f->value[0] ? arena_printf(arena, "%s: %s", f->name, f->value)
			   : arena_printf(arena, "%s;", f->name);
	more = line ? curl_slist_append(*list, line) : NULL;
	if (!more)
		return err_set(err, ERR_SYSTEM, "out of memory");
	*list = more;
	return 0;
}

static int add_fields(const struct http_request *q, struct curl_slist **list,
		      struct arena *arena, struct err *err)
{
	static const struct http_field no_wait = { "Expect", "", false };
	int rc = 0;

	*list = NULL;
	if (q->field_count > HTTP_FIELDS_MAX)
		return err_set(err, ERR_CONFIG, "more than %d headers", HTTP_FIELDS_MAX);
	for (size_t i = 0; !rc && i < q->field_count; i++)
		rc = add_field(list, &q->fields[i], arena, err);
	if (!rc &&
	    q->body.n > 1 << 20) /* else curl waits a second for leave to send it */
		rc = add_field(list, &no_wait, arena, err);
	return rc;
}

static bool prepare_request(const struct http_request *q, size_t body_max, CURL *c,
			    struct curl_slist *list)
{
	CURLcode bad = curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);

	bad |= curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)body_max);
	if (q->body.n || !strcmp(q->method, "POST")) {
		bad |= curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
					(curl_off_t)q->body.n);
		bad |= curl_easy_setopt(c, CURLOPT_POSTFIELDS,
					q->body.n ? q->body.p : "");
	}
	if (!strcmp(q->method, "HEAD"))
		bad |= curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	else if (strcmp(q->method, "GET") != 0 && strcmp(q->method, "POST") != 0)
		bad |= curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method);
	return bad == CURLE_OK;
}

static int ended(struct http_exchange *x, const struct http_request *q, int code,
		 struct arena *arena, struct http_answer *out, struct err *err)
{
	long status = 0;
	int64_t now = x->http->now > 0 ? x->http->now : when_now();

	if (x->heard.no_room || !buf_ok(&x->body))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (code != CURLE_OK)
		return http_failed(x, code, err);
	curl_easy_getinfo(x->http->easy, CURLINFO_RESPONSE_CODE, &status);
	out->status = (int)status;
	out->content_type = x->heard.content_type;
	out->moved_to = http_moved_to(x->heard.location, q->url, arena);
	out->link_next = http_link_next(x->heard.links, q->url, arena);
	out->again_ms =
		status == 429 || status == 503 ? http_again_ms(&x->heard, now) : 0;
	return arena_copy(arena, buf_sv(&x->body), &out->body)
		       ? 0
		       : err_set(err, ERR_SYSTEM, "out of memory");
}

static int exchange(struct http_exchange *x, const struct http_request *q, void *url,
		    struct arena *arena, struct http_answer *out, struct err *err)
{
	struct curl_slist *list;
	int code, rc = add_fields(q, &list, arena, err);

	if (!rc && (!http_prepare(x, url) ||
		    !prepare_request(q, x->body_max, x->http->easy, list)))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = http_drive(x->http, &code, err);
	if (!rc)
		rc = ended(x, q, code, arena, out, err);
	curl_easy_reset(x->http->easy); /* it must not keep pointers to what dies here */
	curl_slist_free_all(list);
	return rc;
}

int http_ask(struct http *h, const struct http_request *q, struct arena *arena,
	     struct http_answer *out, struct err *err)
{
	struct http_exchange x = { .http = h,
				   .guard.private_ok = h->private_ok,
				   .heard.arena = arena,
				   .body_max =
					   q->body_max ? q->body_max : HTTP_BODY_MAX };
	void *url;
	int rc = http_url_parse(q->url, &url, x.place, err);

	*out = (struct http_answer){ 0 };
	if (rc)
		return rc;
	buf_init(&x.body, x.body_max);
	rc = exchange(&x, q, url, arena, out, err);
	buf_release(&x.body);
	http_url_free(url);
	return rc;
}
