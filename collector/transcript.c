/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transcript.c: see transcript.h. Numbers are read by hand, in thousandths: the C library reads
 * them as the user's language writes them.
 */
#include "collector/transcript.h"

#include <string.h>

#include "collector/json_leaves.h"

enum { NAME_WORDS = 3, NAME_MAX = 40 };

/* Whisper's own thresholds (no_speech_threshold and logprob_threshold together; compression). */
enum { NO_SPEECH = 600, LOGPROB = -1000, COMPRESSION = 2400 };

struct reading {
	struct transcript *out;
	struct sv speakers;
	bool mine; /* whose turn it is */
	/* --- Whisper: the segment that is being read --- */
	struct sv segment; /* "segments[3]" */
	char kept[64];	   /* its bytes: a path lives for a call only */
	struct sv text, speaker;
	int64_t no_speech, logprob, compression;
	/* --- one document of Vosk --- */
	struct sv whole, best;
	bool segments;
};

/* ---- turns ------------------------------------------------------------------------------- */

static bool is_speaker(const struct reading *r, struct sv name)
{
	struct sv rest = r->speakers;

	while (rest.n)
		if (sv_ieq(sv_trim(sv_cut(&rest, '|')), name))
			return true;
	return false;
}

static void speaks(struct reading *r, struct sv name)
{
	if (r->speakers.n)
		r->mine = is_speaker(r, name);
}

static void add(struct reading *r, struct sv text)
{
	text = sv_trim(text);
	if (!text.n)
		return;
	if (!r->mine) {
		r->out->others++;
		return;
	}
	if (r->out->text.n)
		buf_char(&r->out->text, ' ');
	buf_sv_put(&r->out->text, text);
}

/* ---- JSON -------------------------------------------------------------------------------- */

/* The digits before an exponent; how many of them stand behind the point. */
static int64_t mantissa(struct sv s, int64_t *places)
{
	int64_t v = 0;
	bool behind = false;

	*places = 0;
	for (size_t i = 0; i < s.n && *places < 6; i++) {
		if (s.p[i] == '.') {
			behind = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9' || v > INT64_C(1000000000000))
			break;
		v = v * 10 + (s.p[i] - '0');
		*places += behind;
	}
	return v;
}

/* "-1.5e-2" in thousandths; what is far too large is cut. */
static int64_t milli(struct sv s)
{
	bool negative = s.n && s.p[0] == '-';
	int64_t v, places, exponent = 0;
	size_t e = 0;

	while (e < s.n && s.p[e] != 'e' && s.p[e] != 'E')
		e++;
	v = mantissa(sv_sub(s, negative, e - negative), &places);
	if (e < s.n)
		sv_i64(sv_sub(s, e + 1, s.n), &exponent);
	exponent += 3 - places;
	for (; exponent > 0 && v && v < INT64_C(1000000000000); exponent--)
		v *= 10;
	for (; exponent < 0 && v; exponent++)
		v /= 10;
	return negative ? -v : v;
}

static void end_segment(struct reading *r)
{
	if (!r->segment.n)
		return;
	if (r->speaker.n)
		speaks(r, r->speaker);
	if ((r->no_speech > NO_SPEECH && r->logprob < LOGPROB) ||
	    r->compression > COMPRESSION)
		r->out->doubted++;
	else
		add(r, r->text);
	r->segment.n = 0;
}

static void begin_segment(struct reading *r, struct sv name)
{
	end_segment(r);
	r->segments = true;
	if (name.n > sizeof(r->kept))
		name.n = sizeof(r->kept);
	memcpy(r->kept, name.p, name.n);
	r->segment = (struct sv){ r->kept, name.n };
	r->text = r->speaker = (struct sv){ NULL, 0 };
	r->no_speech = r->logprob = r->compression = 0;
}

static void in_segment(struct reading *r, struct sv key, struct sv value)
{
	if (sv_eq(key, SV("text")))
		r->text = value;
	else if (sv_eq(key, SV("speaker")))
		r->speaker = value;
	else if (sv_eq(key, SV("no_speech_prob")))
		r->no_speech = milli(value);
	else if (sv_eq(key, SV("avg_logprob")))
		r->logprob = milli(value);
	else if (sv_eq(key, SV("compression_ratio")))
		r->compression = milli(value);
}

static void leaf(void *self, struct sv path, struct sv value)
{
	struct reading *r = self;
	ptrdiff_t close;

	if (sv_starts(path, SV("segments["))) {
		close = sv_find(path, SV("]"));
		if (close < 0 || (size_t)close + 1 >= path.n)
			return;
		if (!sv_eq(sv_sub(path, 0, (size_t)close + 1), r->segment))
			begin_segment(r, sv_sub(path, 0, (size_t)close + 1));
		in_segment(r, sv_sub(path, (size_t)close + 2, path.n), value);
	} else if (sv_eq(path, SV("text"))) {
		r->whole = value;
	} else if (sv_eq(path, SV("alternatives[0].text"))) {
		r->best = value;
	} else if (sv_eq(path, SV("language")) && value.n <= 12) {
		r->out->language = value;
	}
}

static int read_json(struct reading *r, struct sv bytes, struct arena *a, struct err *err)
{
	int rc = 0;

	while (!rc) {
		struct sv one = json_first(&bytes);

		if (!one.n)
			break;
		if (one.p[0] == '[')
			return err_set(err, ERR_INPUT, "a list is no transcript");
		r->whole = r->best = (struct sv){ NULL, 0 };
		r->segments = false;
		rc = json_leaves(one, a, leaf, r, err);
		end_segment(r);
		if (!rc && !r->segments)
			add(r, r->whole.n ? r->whole : r->best);
		if (!one.n || one.p + one.n == bytes.p + bytes.n)
			break;
	}
	return rc;
}

/* ---- WebVTT and SRT ---------------------------------------------------------------------- */

/* "Client: bună ziua": a name of few words before a colon. */
static bool named(struct sv line, struct sv *name, struct sv *rest)
{
	struct sv after = line;
	size_t words = 1;

	if (!memchr(line.p, ':', line.n))
		return false;
	*name = sv_trim(sv_cut(&after, ':'));
	for (size_t i = 0; i < name->n; i++)
		words += name->p[i] == ' ';
	*rest = after;
	return name->n && name->n <= NAME_MAX && words <= NAME_WORDS;
}

static bool put_plain(struct sv line, struct arena *a, struct sv *out)
{
	static const struct {
		struct sv is;
		char c;
	} entities[] = { { SV_INIT("&amp;"), '&' },
			 { SV_INIT("&lt;"), '<' },
			 { SV_INIT("&gt;"), '>' },
			 { SV_INIT("&nbsp;"), ' ' } };
	char *p = arena_take(a, line.n + 1);
	size_t n = 0;

	for (size_t i = 0; p && i < line.n; i++) {
		size_t e = 0;

		if (line.p[i] == '<') {
			while (i < line.n && line.p[i] != '>')
				i++;
			continue;
		}
		while (e < 4 && !sv_starts(sv_sub(line, i, line.n), entities[e].is))
			e++;
		p[n++] = e < 4 ? entities[e].c : line.p[i];
		i += e < 4 ? entities[e].is.n - 1 : 0;
	}
	*out = (struct sv){ p, n };
	return p != NULL;
}

static int cue_line(struct reading *r, struct sv line, bool first, struct arena *a,
		    struct err *err)
{
	struct sv voice, text, name, rest;
	ptrdiff_t v = sv_find(line, SV("<v"));

	if (v >= 0) {
		/* <v Name> or <v.loud Name> */
		voice = sv_sub(line, (size_t)v + 2, line.n);
		voice = sv_cut(&voice, '>');
		sv_cut(&voice, ' ');
		speaks(r, sv_trim(voice));
	}
	if (!put_plain(line, a, &text))
		return err_set(err, ERR_INPUT, "far too much text");
	if (first && v < 0 && r->speakers.n && named(text, &name, &rest)) {
		speaks(r, name);
		text = rest;
	}
	add(r, text);
	return 0;
}

static int read_cues(struct reading *r, struct sv bytes, struct arena *a, bool *any,
		     struct err *err)
{
	bool cue = false, first = false;
	int rc = 0;

	*any = false;
	while (!rc && bytes.n) {
		struct sv line = sv_trim(sv_cut(&bytes, '\n'));

		if (sv_find(line, SV("-->")) >= 0) {
			*any = cue = first = true;
			continue;
		}
		cue = cue && line.n;
		if (cue)
			rc = cue_line(r, line, first, a, err);
		first = false;
	}
	return rc;
}

int transcript_read(struct sv bytes, struct sv speakers, struct arena *a,
		    struct transcript *out, struct err *err)
{
	struct reading r = { .out = out, .speakers = speakers, .mine = !speakers.n };
	bool any = false;
	int rc;

	if (sv_starts(bytes, SV("\xef\xbb\xbf")))
		bytes = sv_sub(bytes, 3, bytes.n);
	bytes = sv_trim(bytes);
	if (bytes.n && (bytes.p[0] == '{' || bytes.p[0] == '['))
		return read_json(&r, bytes, a, err);
	rc = read_cues(&r, bytes, a, &any, err);
	if (!rc && !any && !sv_starts(bytes, SV("WEBVTT")))
		rc = err_set(err, ERR_INPUT,
			     "neither JSON of Vosk or Whisper, nor WebVTT or SRT");
	return rc;
}
