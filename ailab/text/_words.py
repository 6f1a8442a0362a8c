"""Lists of words, for telling Vietnamese from English."""

from __future__ import annotations

__all__ = ["ENGLISH", "LOANS", "PLACES", "SHARED", "STRONG", "VIETNAMESE", "words"]


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list that is written as a text."""
    return tuple(text.split())


#: Common English words. Those that Vietnamese could spell, or type in Telex, are among them on purpose.
ENGLISH = frozenset(
    words("""
    a an the of to in on at by for from with without within and or nor but not no yes is are was were be been being am do does did done doing
    has have had having can could will would shall should may might must what which who whom whose when where why how this that these those
    there here then than so such as if because since until while during before after above below between under over into onto out off up down
    about against through across along around near i you he she it we they me him her us them my your his its our their mine yours hers ours
    one two three four five six seven eight nine ten first second third last next many much more most less least few some any all both each
    every either neither other another same different own too also just only very still even ever never always often again now once twice ago
    today yesterday tomorrow day days week weeks month months year years time times hour hours minute minutes age ages people person man men
    woman women child children name names named call called known see seen saw look looks get got go goes went gone going come came take took
    taken make made give gave given say said tell told find found think know use used using work works way ways thing things place places part
    parts kind type number amount percent cost costs price prices fee fees free buy sell pay eat drink stay visit open opens close closed start
    started begin began end ended live lived born die died kill killed build built win won lose lost lead led hold held keep kept show shown
    main major large largest small big old new long short high low good best bad cold hot warm hill hills museum hotel hotels room rooms food
    foods meal meals bus buses car cars taxi plane flight airport road map maps ticket tickets tour tours boo bee tree trees green deep meet
    feet feel teen soon moon noon pool tool door floor poor book cook mass pass class box fox fix mix tax max gas war wars far bar bars star
    stars art cats dogs hats hots pots tops songs boss miss kiss loss cross let lets put set sets sit run ran air sea sun son sons king kings
    queen city cities town towns village villages country countries north south east west battle army french france american english vietnamese
    vietnam general soldier soldiers troops leader president company world state states united national international government law system
    history school university student students water land river mountain market rice festival culture house houses weather rain season summer
    winter please thanks thank hello card cards ad add odd wow row view draw raw grow slow blow brown crown tons tens tins pins bits dots lots
    gaps caps cups ups ins ons top hi
    beef boom busy chosen coast core data didn didnt host isn list honor norm pair past pays per photo photos post rest rose rows runs says
    seem seems sense term test theme thus turn usa vast loans lungs
    laos lens guns hits nuts vans tips trips chips thats whats beer bears beans hens list lists roast toast vest nest peso
""")
)
#: English words that Vietnamese without accents writes as well, for something else: they say little.
SHARED = frozenset(
    words("""
    a am an at ban bang bao bat be big but by can cat cha chat chi cho co dam dim do dung gang go ha hai hang has hat hay he him hot i in it
    la lang lay let long ma mai man may me men minh my nay no on out pan pay pho put sang say set sin sing so son song sun tan tang tea ten
    than the them then thin thing tho thu tim tin to toe top tour van day bay
""")
)
#: English words that are at home in Vietnamese.
LOANS = frozenset(
    words("""
    bus taxi tour wifi homestay top email internet online resort karaoke facebook zalo web website video camera menu buffet spa gym atm gps
    visa combo ship shop review check fan marathon album robot clip des der les los
""")
)
#: Function words of Vietnamese, written without accents.
VIETNAMESE = frozenset(
    words("""
    va den tu ngay thang nam bang trong khi tai nhu vao ra mot cac phai dung truoc sau giua thi ai o da se dang co may cai con ve bi nhat hon
    neu vi thuoc ten loai dieu viec noi moi luc vay the sao hay ca cung chi di tren duoi la cho voi nay
""")
)
#: Those of them that English has no use for.
STRONG = frozenset(words("gi nao dau khong duoc nhung cua nguoi nhieu bao nhieu nhu vao mot cac phai truoc giua neu thuoc dieu viec luc cung tren duoi"))
PLACES = frozenset(
    words("""
    dien bien phu muong thanh viet phang lay nhe ha noi tuan giao tua chua xa phin leng su sin pa khoang
""")
)
