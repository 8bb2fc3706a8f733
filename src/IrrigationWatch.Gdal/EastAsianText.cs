namespace IrrigationWatch.Gdal;

/// <summary>How well bytes are words of the languages that encodings of East Asia are made for.</summary>
internal static class EastAsianText
{
    /// <summary>Share of characters in daily use in words, and in any characters.</summary>
    private const double InWords = 0.6;

    private const double InAny = 0.13;

    private const int Korean = 949;
    private const int Japanese = 932;
    private const int JapaneseOfUnix = 51932;

    /// <summary>Syllables of names of places in Korea, and the commonest of the language.</summary>
    private static readonly HashSet<char> Syllables =
    [
        .. "시군구읍면동리도산강천대남북서중앙광주인수원성부안용평화정상하신고양포항전울경기충청라제해진장영덕창김이박최조윤임한오송류홍국립공농지역로길가나다마바사아자차카타파은을를에의들곳논밭과재배관개토초림물저민소유번호름적분종년비내촌골섬방는것등있그어만여스일보모무미생세심실우위작점체치터통함행현회후연춘여명봉곡계당석선암옥완왕월음의익임작잠죽직천철추칠탄태풍학합향형황흥희",
    ];

    private static readonly HashSet<char> Kanji = [.. "市町村県府都道区島川山田野原崎沢岡福札幌横浜広京阪奈良神戸静潟熊児岩宮秋森青栃茨群埼葉愛岐滋賀歌根媛佐鹿沖縄本大小中上下東西南北高長松竹梅谷池水地松井木林港橋寺郡字番丁目新古国立公園農業灌漑"];

    /// <summary>Encodings of East Asia that texts may be in.</summary>
    private static readonly TextEncoding[] All = [TextEncoding.Gbk, TextEncoding.Big5, TextEncoding.Find("CP949")!, TextEncoding.Find("Shift_JIS")!, TextEncoding.Find("EUC-JP")!];

    /// <summary>Whether an encoding is one of those of East Asia.</summary>
    internal static bool Is(TextEncoding encoding) => Array.Exists(All, one => one.CodePage == encoding.CodePage);

    /// <summary>The encoding other than one that is said in which texts are words best, with how much likelier they are in it (logarithm); null where they can be read in no other.</summary>
    internal static (TextEncoding Encoding, double Advantage)? Best(TextEncoding said, RawText[] texts)
    {
        double own = Score(said, texts) ?? 0;
        (TextEncoding Encoding, double Score)[] others = [.. All.Where(one => one.CodePage != said.CodePage).Select(one => (one, Score: Score(one, texts))).Where(pair => pair.Score is not null).Select(pair => (pair.one, pair.Score!.Value)).OrderByDescending(pair => pair.Value)];
        return others.Length == 0 ? null : (others[0].Encoding, others[0].Score - own);
    }

    /// <summary>Whether so few characters are in daily use that the texts are hardly words.</summary>
    internal static bool IsHardly(TextEncoding encoding, RawText[] texts) => Score(encoding, texts) is null or < 0;

    /// <summary>How much likelier the characters are words than chance (logarithm); null where the bytes mean nothing.</summary>
    private static double? Score(TextEncoding encoding, RawText[] texts)
    {
        if (CyrillicText.ReadAll(encoding, texts) is not string[] read)
        {
            return null;
        }

        double score = 0;
        foreach (char letter in read.SelectMany(text => text).Where(c => c > '\u007F' && !IsSign(c)))
        {
            score += IsUsual(encoding.CodePage, letter) ? Math.Log(InWords / InAny) : Math.Log((1 - InWords) / (1 - InAny));
        }

        return score;
    }

    private static bool IsSign(char c) => c is (>= '\u3000' and <= '\u303F') or (>= '\uFF00' and <= '\uFF60') or (>= '\u2010' and <= '\u203F') or '·' or '×';

    private static bool IsUsual(int codePage, char letter) => codePage switch
    {
        Korean => Syllables.Contains(letter),
        Japanese or JapaneseOfUnix => letter is (>= '\u3040' and <= '\u30FF') || Kanji.Contains(letter),
        _ => ChineseText.IsCommon(letter),
    };
}
