/* SPDX-License-Identifier: Apache-2.0 */
/* xlsx_part.c: see xlsx_part.h. libzip unpacks, expat reads; no other file here knows either. */
#include "collector/xlsx_part.h"

#include <errno.h>
#include <expat.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

enum { PIECE = 64 << 10, DEPTH_MAX = 64, TOKEN_MAX = 8 << 20 };

struct pack {
	zip_t *zip;
};

struct part {
	zip_file_t *file;
	XML_Parser parser;
	const struct part_reader *reader;
	void *self;
	char name[64];
	uint64_t fed, most;
	int depth;
	bool last, paused, wrong;
	struct err why;
};

/* ---- the archive ------------------------------------------------------------------------- */

static zip_source_t *source_of(const struct input *in, zip_error_t *ze)
{
	struct sv bytes = input_window(in);
	zip_source_t *s;
	char *copy;
	FILE *f;
	int fd;

	if (in->fd < 0) {
		copy = bytes.n ? malloc(bytes.n)
			       : NULL; /* of no bytes it frees nothing */
		if (!copy)
			return NULL;
		memcpy(copy, bytes.p, bytes.n);
		s = zip_source_buffer_create(copy, bytes.n, 1, ze);
		if (!s)
			free(copy);
		return s; /* which frees it: NOLINT(clang-analyzer-unix.Malloc) */
	}
	fd = dup(in->fd);
	f = fd >= 0 ? fdopen(fd, "rb") : NULL;
	s = f ? zip_source_filep_create(f, 0, -1, ze) : NULL;
	if (!s && f)
		fclose(f);
	else if (!f && fd >= 0)
		close(fd);
	return s;
}

int pack_open(struct pack **out, const struct input *in, struct err *err)
{
	struct pack *p = calloc(1, sizeof(*p));
	zip_source_t *s;
	zip_error_t ze;

	*out = NULL;
	if (!p)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (in->fd >= 0 && lseek(in->fd, 0, SEEK_SET) < 0) {
		free(p);
		return err_set(err, ERR_USAGE,
			       "a workbook cannot be read from a pipe: name its file");
	}
	zip_error_init(&ze);
	s = source_of(in, &ze);
	p->zip = s ? zip_open_from_source(s, ZIP_RDONLY, &ze) : NULL;
	if (!p->zip) {
		err_set(err, ERR_INPUT,
			"is no Excel workbook, or a damaged one (%s): save it as \"CSV "
			"UTF-8\"",
			zip_error_strerror(&ze));
		zip_source_free(s);
		zip_error_fini(&ze);
		free(p);
		return ERR_INPUT;
	}
	zip_error_fini(&ze);
	*out = p;
	return 0;
}

void pack_close(struct pack *p)
{
	if (!p)
		return;
	zip_discard(p->zip);
	free(p);
}

bool pack_has(const struct pack *p, const char *part)
{
	return zip_name_locate(p->zip, part, ZIP_FL_NOCASE) >= 0;
}

/* ---- what expat calls -------------------------------------------------------------------- */

static struct sv plain_name(const char *name)
{
	const char *colon = strchr(name, ':');

	return sv_of(colon ? colon + 1 : name);
}

static void XMLCALL on_start(void *self, const char *name, const char **attrs)
{
	struct part *p = self;

	if (++p->depth > DEPTH_MAX)
		part_wrong(p, "elements are nested more than %d deep", DEPTH_MAX);
	else if (p->reader->start)
		p->reader->start(p->self, plain_name(name), (const char *const *)attrs);
}

static void XMLCALL on_end(void *self, const char *name)
{
	struct part *p = self;

	p->depth--;
	if (p->reader->end)
		p->reader->end(p->self, plain_name(name));
}

static void XMLCALL on_text(void *self, const char *text, int n)
{
	struct part *p = self;

	if (p->reader->text)
		p->reader->text(p->self, (struct sv){ text, (size_t)n });
}

static void XMLCALL on_doctype(void *self, const char *name, const char *system,
			       const char *public, int subset)
{
	(void)name;
	(void)system;
	(void)public;
	(void)subset;
	part_wrong(self, "it has a document type, which no workbook has");
}

/* ---- one part ---------------------------------------------------------------------------- */

void part_pause(struct part *p)
{
	if (!p->paused && !p->wrong)
		p->paused = XML_StopParser(p->parser, XML_TRUE) == XML_STATUS_OK;
}

void part_wrong(struct part *p, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	if (p->wrong)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(&p->why, ERR_INPUT, "%s", text);
	p->wrong = true;
	XML_StopParser(p->parser, XML_FALSE);
}

struct sv part_attr(const char *const *attrs, struct sv name)
{
	for (; attrs && attrs[0]; attrs += 2)
		if (sv_eq(plain_name(attrs[0]), name))
			return sv_of(attrs[1]);
	return (struct sv){ NULL, 0 };
}

int part_open(struct part **out, struct pack *pack, const char *name, uint64_t most,
	      const struct part_reader *reader, void *self, struct err *err)
{
	zip_int64_t i = zip_name_locate(pack->zip, name, ZIP_FL_NOCASE);
	struct part *p;

	*out = NULL;
	if (i < 0)
		return err_set(err, ERR_MISSING, "the workbook has no %s", name);
	p = calloc(1, sizeof(*p));
	if (!p)
		return err_set(err, ERR_SYSTEM, "out of memory");
	p->reader = reader;
	p->self = self;
	p->most = most;
	snprintf(p->name, sizeof(p->name), "%s", name);
	p->file = zip_fopen_index(pack->zip, (zip_uint64_t)i, 0);
	p->parser = p->file ? XML_ParserCreate(NULL) : NULL;
	if (!p->parser) {
		err_set(err, ERR_INPUT, "%s cannot be unpacked: %s", name,
			zip_strerror(pack->zip));
		part_close(p);
		return ERR_INPUT;
	}
	XML_SetUserData(p->parser, p);
	XML_SetElementHandler(p->parser, on_start, on_end);
	XML_SetCharacterDataHandler(p->parser, on_text);
	XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
	*out = p;
	return 0;
}

static int said_wrong(struct part *p, struct err *err)
{
	if (!p->wrong)
		err_set(&p->why, ERR_INPUT, "line %llu: %s",
			(unsigned long long)XML_GetCurrentLineNumber(p->parser),
			XML_ErrorString(XML_GetErrorCode(p->parser)));
	p->wrong = true;
	if (err)
		*err = p->why;
	return err_at(err, "%s", p->name);
}

/* Unpack the next piece straight into the parser. */
static int feed(struct part *p, enum XML_Status *status, struct err *err)
{
	void *to = XML_GetBuffer(p->parser, PIECE);
	zip_int64_t n;

	if (!to)
		return err_set(err, ERR_SYSTEM, "out of memory");
	n = zip_fread(p->file, to, PIECE);
	if (n < 0) {
		err_set(err, ERR_INPUT, "the archive is damaged: %s",
			zip_file_strerror(p->file));
		return err_at(err, "%s", p->name);
	}
	p->fed += (uint64_t)n;
	p->last = n == 0;
	if (p->fed > p->most)
		part_wrong(p, "it unpacks to more than %llu MiB",
			   (unsigned long long)p->most >> 20);
	else if (p->fed > TOKEN_MAX && XML_GetCurrentByteIndex(p->parser) >= 0 &&
		 (uint64_t)XML_GetCurrentByteIndex(p->parser) < p->fed - TOKEN_MAX)
		part_wrong(p, "a tag in it has no end");
	*status =
		p->wrong ? XML_STATUS_ERROR : XML_ParseBuffer(p->parser, (int)n, p->last);
	return 0;
}

int part_more(struct part *p, bool *more, struct err *err)
{
	enum XML_Status status = XML_STATUS_ERROR;
	int rc = 0;

	*more = true;
	if (p->wrong)
		return said_wrong(p, err);
	if (p->paused) {
		p->paused = false;
		status = XML_ResumeParser(p->parser);
	} else if (!p->last) {
		rc = feed(p, &status, err);
	} else {
		*more = false;
		return 0;
	}
	if (!rc && (status == XML_STATUS_ERROR || p->wrong))
		rc = said_wrong(p, err);
	return rc;
}

void part_close(struct part *p)
{
	if (!p)
		return;
	if (p->parser)
		XML_ParserFree(p->parser);
	if (p->file)
		zip_fclose(p->file);
	free(p);
}
