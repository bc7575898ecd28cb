import Foundation
import Testing

/// Time zones as `zic -b slim` compiles them from the database 2025b, and what Python's zoneinfo makes of these.
struct ZoneSample: Sendable, CustomTestStringConvertible {
    let name: String
    /// Seconds since 1970 and the seconds east of UTC.
    let offsets: [(Int, Int)]
    /// Times on the clock, and the first and the last moment that show it; the moment it was set, where none does.
    let times: [(String, Int, Int)]
    private let base64: String

    var testDescription: String { name }
    var bytes: [UInt8] { Data(base64Encoded: base64).map { Array($0) } ?? [] }

    static let all: [ZoneSample] = [
        ZoneSample(
            name: "Europe/Berlin",
            offsets: [
                (-2_840_140_800, 3_208), (-1_543_387_942, 3_600), (-938_905_201, 3_600), (-938_905_200, 7_200),
                (-857_257_201, 7_200), (-857_257_200, 3_600), (-844_556_401, 3_600), (-844_556_400, 7_200),
                (-828_226_801, 7_200), (-828_226_800, 3_600), (-812_502_001, 3_600), (-812_502_000, 7_200),
                (-796_777_201, 7_200), (-796_777_200, 3_600), (0, 3_600), (1_301_187_599, 3_600),
                (1_301_187_600, 7_200), (1_319_936_399, 7_200), (1_319_936_400, 3_600), (1_774_745_999, 3_600),
                (1_774_746_000, 7_200), (1_792_889_999, 7_200), (1_792_890_000, 3_600), (1_806_195_599, 3_600),
                (1_806_195_600, 7_200), (1_824_944_399, 7_200), (1_824_944_400, 3_600), (2_248_304_399, 3_600),
                (2_248_304_400, 7_200), (2_266_448_399, 7_200), (2_266_448_400, 3_600), (3_099_797_335, 3_600),
                (3_787_035_689, 3_600), (6_824_040_519, 7_200), (13_576_813_199, 3_600), (13_576_813_200, 7_200),
                (13_595_561_999, 7_200), (13_595_562_000, 3_600),
            ],
            times: [
                ("2026-03-29T02:30", 1_774_746_000, 1_774_746_000),
                ("2026-10-25T02:30", 1_792_888_200, 1_792_891_800),
                ("2026-07-01T12:00", 1_782_900_000, 1_782_900_000),
                ("2045-03-26T02:30", 2_374_102_800, 2_374_102_800),
                ("2045-10-29T02:00", 2_392_848_000, 2_392_851_600),
            ],
            base64: """
                VFppZjIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAVFppZjIAAAAAAAAAAAAAAAAAAAAAAAAA\
                AAAAAAAAAAAAAAA8AAAABAAAABL/////b6Jh+P////+bDBdg/////5vV2vD/////nNmukP////+dpLWQ/////565kJD/////n4SX\
                kP/////ICXGQ/////8znSxD/////zakXkP/////OokMQ/////8+SNBD/////0IIlEP/////RchYQ/////9G2lgD/////0li+gP//\
                ///SoU8Q/////9NjG5D/////1EsjkP/////VOdEg/////9Vn55D/////1ahzAP/////WKbQQ/////9csGhD/////2AmWEP/////Z\
                AsGQ/////9npeBAAAAAAE01EEAAAAAAUM/qQAAAAABUj65AAAAAAFhPckAAAAAAXA82QAAAAABfzvpAAAAAAGOOvkAAAAAAZ06CQ\
                AAAAABrDkZAAAAAAG7y9EAAAAAAcrK4QAAAAAB2cnxAAAAAAHoyQEAAAAAAffIEQAAAAACBschAAAAAAIVxjEAAAAAAiTFQQAAAA\
                ACM8RRAAAAAAJCw2EAAAAAAlHCcQAAAAACYMGBAAAAAAJwVDkAAAAAAn9TSQAAAAACjlJZAAAAAAKdUWkAAAAAAqxQeQAAAAACu0\
                +JAAAAAALKTpkAAAAAAtlNqQAAAAAC6Ey5AAAAAAL3S8kAAAAAAwZK2QAAAAADFd2RACAQIBAgECAQIBAgECAQMBAgECAQMBAgEC\
                AQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgEAAAyIAAAAABwgAQQAAA4QAAkAACowAQ1MTVQAQ0VTVABDRVQAQ0VN\
                VAAKQ0VULTFDRVNULE0zLjUuMCxNMTAuNS4wLzMK
                """),
        ZoneSample(
            name: "America/New_York",
            offsets: [
                (-2_840_140_800, -17_762), (-1_923_308_623, -18_000), (-936_550_801, -18_000),
                (-936_550_800, -14_400), (-923_248_801, -14_400), (-923_248_800, -18_000), (-905_101_201, -18_000),
                (-905_101_200, -14_400), (-891_799_201, -14_400), (-891_799_200, -18_000), (-880_218_001, -18_000),
                (-880_218_000, -14_400), (-765_396_001, -14_400), (-765_396_000, -18_000), (0, -18_000),
                (1_077_359_576, -18_000), (1_299_999_599, -18_000), (1_299_999_600, -14_400),
                (1_320_559_199, -14_400), (1_320_559_200, -18_000), (1_772_953_199, -18_000),
                (1_772_953_200, -14_400), (1_793_512_799, -14_400), (1_793_512_800, -18_000),
                (1_805_007_599, -18_000), (1_805_007_600, -14_400), (1_825_567_199, -14_400),
                (1_825_567_200, -18_000), (2_246_511_599, -18_000), (2_246_511_600, -14_400),
                (2_267_071_199, -14_400), (2_267_071_200, -18_000), (6_028_565_385, -18_000),
                (8_105_766_070, -18_000), (13_575_625_199, -18_000), (13_575_625_200, -14_400),
                (13_596_184_799, -14_400), (13_596_184_800, -18_000),
            ],
            times: [
                ("2026-03-08T02:00", 1_772_953_200, 1_772_953_200),
                ("2026-11-01T01:30", 1_793_511_000, 1_793_514_600),
                ("2026-11-01T02:00", 1_793_516_400, 1_793_516_400),
            ],
            base64: """
                VFppZjIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAVFppZjIAAAAAAAAAAAAAAAAAAAAAAAAA\
                AAAAAAAAAAAAAACvAAAABQAAABT/////XgPwkP////+eph5w/////5+662D/////oIYAcP////+hms1g/////6Jl4nD/////o4Pp\
                4P////+kaq5w/////6U1p2D/////plPK8P////+nFYlg/////6gzrPD/////qP6l4P////+qE47w/////6reh+D/////q/Nw8P//\
                //+svmng/////63TUvD/////rp5L4P////+vszTw/////7B+LeD/////sZxRcP////+yZ0pg/////7N8M3D/////tEcsYP////+1\
                XBVw/////7YnDmD/////tzv3cP////+4BvBg/////7kb2XD/////uebSYP////+7BPXw/////7vGtGD/////vOTX8P////+9r9Dg\
                /////77EufD/////v4+y4P/////ApJvw/////8FvlOD/////woR98P/////DT3bg/////8RkX/D/////xS9Y4P/////GTXxw////\
                /8cPOuD/////yC1ecP/////I+Fdg/////8oNQHD/////ytg5YP/////LiPBw/////9Ij9HD/////0mD74P/////TdeTw/////9RA\
                3eD/////1VXG8P/////WIL/g/////9c1qPD/////2ACh4P/////ZFYrw/////9ngg+D/////2v6ncP/////bwGXg/////9zeiXD/\
                ////3amCYP/////evmtw/////9+JZGD/////4J5NcP/////haUZg/////+J+L3D/////40koYP/////kXhFw/////+VXLuD/////\
                5kct8P/////nNxDg/////+gnD/D/////6Rby4P/////qBvHw/////+r21OD/////6+bT8P/////s1rbg/////+3GtfD/////7r/T\
                YP/////vr9Jw//////CftWD/////8Y+0cP/////yf5dg//////NvlnD/////9F95YP/////1T3hw//////Y/W2D/////9y9acP//\
                ///4KHfg//////kPPHD/////+ghZ4P/////6+Fjw//////voO+D//////Ng68P/////9yB3g//////64HPD//////6f/4AAAAAAA\
                l/7wAAAAAAGH4eAAAAAAAnfg8AAAAAADcP5gAAAAAARg/XAAAAAABVDgYAAAAAAGQN9wAAAAAAcwwmAAAAAAB40ZcAAAAAAJEKRg\
                AAAAAAmtlPAAAAAACvCGYAAAAAAL4IVwAAAAAAzZouAAAAAADcBncAAAAAAOuYTgAAAAAA+pg/AAAAAAEJlm4AAAAAARiWXwAAAA\
                ABJ5SOAAAAAAE2lH8AAAAAAUWSrgAAAAABVJKfAAAAAAFjkM4AAAAAAXKQvwAAAAABgiKWAAAAAAGQjt8AAAAAAaAgtgAAAAABry\
                CnAAAAAAG+HtYAAAAAAc0exwAAAAAB3Bz2AAAAAAHrHOcAAAAAAfobFgAAAAACB2APAAAAAAIYGTYAAAAAAiVeLwAAAAACNqr+AA\
                AAAAJDXE8AAAAAAlSpHgAAAAACYVpvAAAAAAJypz4AAAAAAn/sNwAAAAACkKVeAAAAAAKd6lcAAAAAAq6jfgAAAAACu+h3AAAAAA\
                LNNUYAAAAAAtnmlwAAAAAC6zNmAAAAAAL35LcAAAAAAwkxhgAAAAADFnZ/AAAAAAMnL6YAAAAAAzR0nwAAAAADRS3GAAAAAANScr\
                8AAAAAA2Mr5gAAAAADcHDfAAAAAAOBva4AAAAAA45u/wAAAAADn7vOAAAAAAOsbR8AAAAAA7257gAAAAADyv7nAAAAAAPbuA4AAA\
                AAA+j9BwAAAAAD+bYuAAAAAAQG+ycAAAAABBhH9gAAAAAEJPlHAAAAAAQ2RhYAAAAABEL3ZwAAAAAEVEQ2AAAAAARfOo8AIBAgEC\
                AQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIDBAIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgEC\
                AQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIBAgECAQIB\
                AgECAQIBAgECAQIBAgECAQIBAgH//7qeAAD//8fAAQT//7mwAAj//8fAAQz//8fAARBMTVQARURUAEVTVABFV1QARVBUAApFU1Q1\
                RURULE0zLjIuMCxNMTEuMS4wCg==
                """),
        ZoneSample(
            name: "Asia/Kolkata",
            offsets: [
                (-2_840_140_800, 19_270), (-891_581_401, 19_800), (-891_581_400, 23_400), (-872_058_601, 23_400),
                (-872_058_600, 19_800), (-862_637_401, 19_800), (-862_637_400, 23_400), (-764_145_001, 23_400),
                (-764_145_000, 19_800), (0, 19_800), (1_774_488_713, 19_800), (2_542_032_270, 19_800),
                (4_391_001_582, 19_800), (7_334_120_044, 19_800),
            ],
            times: [
                ("2026-03-29T02:30", 1_774_731_600, 1_774_731_600)
            ],
            base64: """
                VFppZjIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAVFppZjIAAAAAAAAAAAAAAAAAAAAAAAAA\
                AAAAAAAAAAAAAAAHAAAABQAAABb/////JroYKP////9D5+sw/////4edvLr/////ytuMKP/////MBXEY/////8yVMqj/////0nQS\
                mAECAwQDBAMAAFLYAAAAAFLQAAQAAEtGAAgAAE1YAAwAAFtoARBMTVQASE1UAE1NVABJU1QAKzA2MzAACklTVC01OjMwCg==
                """),
        ZoneSample(
            name: "Australia/Lord_Howe",
            offsets: [
                (-2_840_140_800, 38_180), (-1_378_189_145, 36_000), (0, 36_000), (1_301_756_399, 39_600),
                (1_301_756_400, 37_800), (1_317_482_999, 37_800), (1_317_483_000, 39_600), (1_775_314_799, 39_600),
                (1_775_314_800, 37_800), (1_791_041_399, 37_800), (1_791_041_400, 39_600), (1_806_764_399, 39_600),
                (1_806_764_400, 37_800), (1_822_490_999, 37_800), (1_822_491_000, 39_600), (2_248_873_199, 39_600),
                (2_248_873_200, 37_800), (2_264_599_799, 37_800), (2_264_599_800, 39_600), (5_523_875_781, 39_600),
                (5_550_523_952, 39_600), (9_941_130_285, 39_600), (13_577_381_999, 39_600), (13_577_382_000, 37_800),
                (13_593_108_599, 37_800), (13_593_108_600, 39_600),
            ],
            times: [
                ("2026-10-04T02:15", 1_791_041_400, 1_791_041_400),
                ("2026-04-05T01:45", 1_775_313_900, 1_775_315_700),
                ("2026-04-05T02:00", 1_775_316_600, 1_775_316_600),
            ],
            base64: """
                VFppZjIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAVFppZjIAAAAAAAAAAAAAAAAAAAAAAAAA\
                AAAAAAAAAAAAAAA4AAAABQAAABn/////cxZ33AAAAAAU/mbgAAAAABY4QPgAAAAAFueKaAAAAAAYIV14AAAAABjHbGgAAAAAGgE/\
                eAAAAAAap05oAAAAABvhIXgAAAAAHIcwaAAAAAAdwQN4AAAAAB55jnAAAAAAH5eq+AAAAAAgWXBwAAAAACGAx3gAAAAAIkKM8AAA\
                AAAjaeP4AAAAACQibvAAAAAAJUnF+AAAAAAl79vwAAAAACcpp/gAAAAAJ8+98AAAAAApCYn4AAAAACmvn/AAAAAAKulr+AAAAAAr\
                mLxwAAAAACzSiHgAAAAALXiecAAAAAAusmp4AAAAAC9YgHAAAAAAMJJMeAAAAAAxXUxwAAAAADJyLngAAAAAMz0ucAAAAAA0UhB4\
                AAAAADUdEHAAAAAANjHyeAAAAAA2/PJwAAAAADgbDvgAAAAAONzUcAAAAAA5p+J4AAAAADq8tnAAAAAAO9rS+AAAAAA8pdLwAAAA\
                AD26tPgAAAAAPoW08AAAAAA/mpb4AAAAAEBllvAAAAAAQYOzeAAAAABCRXjwAAAAAENjlXgAAAAARC6VcAAAAABFQ3d4AAAAAEYF\
                PPAAAAAARyNZeAAAAABH95PwAQMCAwIDAgMCAwQDBAMEAwQDBAMEAwQDBAMEAwQDBAMEAwQDBAMEAwQDBAMEAwQDBAMEAwQDBAMA\
                AJUkAAAAAIygAAQAAKG4AQkAAJOoAA8AAJqwARVMTVQAQUVTVAArMTEzMAArMTAzMAArMTEACjwrMTAzMD4tMTA6MzA8KzExPi0x\
                MSxNMTAuMS4wLE00LjEuMAo=
                """),
        ZoneSample(
            name: "America/Santiago",
            offsets: [
                (-2_840_140_800, -16_965), (-870_552_001, -14_400), (-870_552_000, -18_000), (-865_278_001, -18_000),
                (-865_278_000, -14_400), (-740_520_001, -14_400), (-740_520_000, -10_800), (-736_635_601, -10_800),
                (-736_635_600, -14_400), (0, -10_800), (1_304_823_599, -10_800), (1_304_823_600, -14_400),
                (1_313_899_199, -14_400), (1_313_899_200, -10_800), (1_775_357_999, -10_800),
                (1_775_358_000, -14_400), (1_788_667_199, -14_400), (1_788_667_200, -10_800),
                (1_806_807_599, -10_800), (1_806_807_600, -14_400), (1_820_116_799, -14_400),
                (1_820_116_800, -10_800), (2_248_916_399, -10_800), (2_248_916_400, -14_400),
                (2_262_225_599, -14_400), (2_262_225_600, -10_800), (3_416_773_920, -14_400),
                (4_688_092_532, -14_400), (4_970_914_300, -14_400), (5_865_767_696, -10_800),
                (13_577_425_199, -10_800), (13_577_425_200, -14_400), (13_590_734_399, -14_400),
                (13_590_734_400, -10_800),
            ],
            times: [
                ("2026-09-06T00:30", 1_788_667_200, 1_788_667_200),
                ("2026-04-04T23:30", 1_775_356_200, 1_775_359_800),
            ],
            base64: """
                VFppZjMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAVFppZjMAAAAAAAAAAAAAAAAAAAAAAAAA\
                AAAAAAAAAAAAAACCAAAABgAAABT/////aYcdxf////+PMEdF/////5tc5VD/////n3zixf////+hAHHA/////7Bed8X/////sXc9\
                QP////+yQQDQ/////7NYcMD/////tCI0UP////+1OaRA/////7YDZ9D/////txrXwP////+35JtQ/////7j9XMD/////uccgUP//\
                ///MHG5A/////8xs59D/////09yPwP/////UF9Uw/////9UzVcD/////1XaSQP/////90TxA//////6S+rD//////8zNwAAAAAAA\
                ctywAAAAAAF1UMAAAAAAAkBJsAAAAAADVTLAAAAAAAQgK7AAAAAABT5PQAAAAAAGAA2wAAAAAAcLvEAAAAAAB9/vsAAAAAAI/hNA\
                AAAAAAm/0bAAAAAACt31QAAAAAALqO4wAAAAAAy910AAAAAADYjQMAAAAAAOnblAAAAAAA9osjAAAAAAEIbVwAAAAAARSJQwAAAA\
                ABJmt8AAAAAAEyh2MAAAAAAURpnAAAAAABURkrAAAAAAFiZ7wAAAAAAW8XSwAAAAABgGXcAAAAAAGNFWsAAAAAAZ5j/AAAAAABqx\
                OLAAAAAAG89cQAAAAAAckRqwAAAAAB2vPkAAAAAAHnD8sAAAAAAfjyBAAAAAACB/AzAAAAAAIW8CQAAAAAAiOfswAAAAACNO5EAA\
                AAAAJBndMAAAAAAlOADAAAAAACX5vzAAAAAAJvL4wAAAAAAn2aEwAAAAACj3xMAAAAAAKcK9sAAAAAAq16bAAAAAACuin7AAAAAA\
                LLeIwAAAAAAtgoGwAAAAAC6XasAAAAAAL2JjsAAAAAAwgIdAAAAAADFCRbAAAAAAMmBpQAAAAAAzPdcwAAAAADRAS0AAAAAANQtE\
                MAAAAAA2DbhAAAAAADcG1bAAAAAAOAAPQAAAAAA4ywgwAAAAADnpK8AAAAAAOqrqMAAAAAA7yQ3AAAAAADyKzDAAAAAAPajvwAAA\
                AAA+aq4wAAAAAD+I0cAAAAAAQFPKsAAAAABBaLPAAAAAAEIzrLAAAAAAQ0iVwAAAAABEE46wAAAAAEUxskAAAAAARfNwsAAAAABH\
                EZRAAAAAAEfvAjAAAAAASPF2QAAAAABJvG8wAAAAAErRWEAAAAAAS7gAsAAAAABMsTpAAAAAAE3GBzAAAAAATlCCwAAAAABPnK6w\
                AAAAAFBC2cAAAAAAUXyQsAAAAABSK/ZAAAAAAFNccrAAAAAAVAvYQAAAAABXN+YwAAAAAFev7MAAAAAAWRfIMAAAAABZj87AAAAA\
                AFr3qjAAAAAAW2+wwAAAAABcqWewAAAAAF10fMAAAAAAXolJsAAAAABfVF7AAAAAAGBpK7AAAAAAYTRAwAAAAABiSQ2wAAAAAGMd\
                XUAAAAAAZCjvsAECAQMBBAIEAgQCBAIEAgMCAwUEAgMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMF\
                AwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQMFAwUDBQP//727AAD//727\
                AAT//7mwAAj//8fAAAz//8fAAQz//9XQARBMTVQAU01UAC0wNQAtMDQALTAzAAo8LTA0PjQ8LTAzPixNOS4xLjYvMjQsTTQuMS42\
                LzI0Cg==
                """),
        ZoneSample(
            name: "Europe/Dublin",
            offsets: [
                (-2_840_140_800, -1_521), (-1_445_385_821, 0), (-942_012_001, 0), (-942_012_000, 3_600),
                (-919_443_162, 3_600), (-733_356_001, 3_600), (-733_356_000, 0), (-35_933_879, 3_600), (0, 3_600),
                (1_301_187_599, 0), (1_301_187_600, 3_600), (1_319_936_399, 3_600), (1_319_936_400, 0),
                (1_774_745_999, 0), (1_774_746_000, 3_600), (1_792_889_999, 3_600), (1_792_890_000, 0),
                (1_806_195_599, 0), (1_806_195_600, 3_600), (1_824_944_399, 3_600), (1_824_944_400, 0),
                (2_248_304_399, 0), (2_248_304_400, 3_600), (2_266_448_399, 3_600), (2_266_448_400, 0),
                (4_120_022_981, 3_600), (13_576_813_199, 0), (13_576_813_200, 3_600), (13_595_561_999, 3_600),
                (13_595_562_000, 0),
            ],
            times: [
                ("2026-03-29T01:30", 1_774_746_000, 1_774_746_000),
                ("2026-10-25T01:30", 1_792_888_200, 1_792_891_800),
            ],
            base64: """
                VFppZjIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAVFppZjIAAAAAAAAAAAAAAAAAAAAAAAAA\
                AAAAAAAAAAAAAACRAAAACAAAABT/////V9EK8f////+bJrOR/////5vWCxH/////nM8woP////+dpMOg/////56cnaD/////n5ca\
                oP////+ghbog/////6F2/KD/////omWcIP////+je8ig/////6ROuKD/////pT/7IP////+mJWAg/////6cnxiD/////qCosIP//\
                //+o6/ig/////6oA06D/////qtUVIP////+r6fAg/////6zHbCD/////rcnSIP////+up04g/////6+geaD/////sIcwIP////+x\
                ktCg/////7JwTKD/////s3KyoP////+0UC6g/////7VJWiD/////tjAQoP////+3Mnag/////7gP8qD/////uRJYoP////+579Sg\
                /////7rpACD/////u9jxIP////+821cg/////7240yD/////vrH+oP////+/mLUg/////8CbGyD/////wXiXIP/////Cev0g////\
                /8NYeSD/////xFGkoP/////FOFsg/////8Y6wSD/////x1jWoP/////H2gmg/////9RJ4CD/////1R4hoP/////WTqwg/////9cs\
                KCD/////2C6OIP/////Y+ZUg/////9oOcCD/////2uvsIP/////b5Reg/////9zLziD/////3cT5oP/////etOqg/////9+uFiD/\
                ////4JTMoP/////hckig/////+JrdCD/////41IqoP/////kVJCg/////+UyDKD/////5j2tIP/////nGykg/////+gUVKD/////\
                6PsLIP/////p/XEg/////+ra7SD/////691TIP/////sus8g/////+2z+qD/////7pqxIP/////vgWeg//////CffSD/////8WFJ\
                oP/////yf18g//////NKZiD/////9F9BIP/////1IQ2g//////Y/IyD/////9wDvoP/////4HwUg//////jg0aD/////+f7nIP//\
                ///6wLOg//////voA6D//////HuroP/////9x7twAAAAAANwxiAAAAAABClYIAAAAAAFUKggAAAAAAYJOiAAAAAABzCKIAAAAAAH\
                6RwgAAAAAAkQbCAAAAAACcj+IAAAAAAK8E4gAAAAAAuyGqAAAAAADNAwIAAAAAANkfygAAAAAA6wEiAAAAAAD3HeoAAAAAAQmS6g\
                AAAAABFRwKAAAAAAEnkQoAAAAAATMaKgAAAAABRY8qAAAAAAFSPrkAAAAAAWOMaQAAAAABcDzZAAAAAAGBiokAAAAAAY46+QAAAA\
                ABn4ipAAAAAAGsORkAAAAAAb4acQAAAAABysrhAAAAAAHcGJEAAAAAAejJAQAAAAAB+haxAAAAAAIGxyEAAAAAAhgU0QAAAAACJM\
                VBAAAAAAI2EvEAAAAAAkLDYQAAAAACVKS5AAAAAAJgwYEAAAAAAnKi2QAAAAACf1NJAAAAAAKQoPkAAAAAAp1RaQAAAAACrp8ZAA\
                AAAAK7T4kAAAAAAsydOQAAAAAC2U2pAAAAAALqm1kAAAAAAvdLyQAAAAADCJl5AAAAAAMV3ZEAECBAMEAwQDBAMEAwQFBAUEBQQF\
                BAUEBQQFBAUEBQQFBAUEBQQFBAUEBQQFBAUEBQQFBAUEBQQFBAUEBQQFBAUEBQQFBAUEBQQFBAUEBQQFBAUEBQQFBAUEBQQFBAUH\
                BgcGBwYHBgcGBwYHBgcGBwYHBgcGBwYHBgcGBwYHBgcGBwYHBgcGBwYHBgcGBwYHBgf///oPAAD///oPAAQAAAgfAQgAAA4QAQwA\
                AAAAABAAAA4QAQgAAAAAARAAAA4QAAhMTVQARE1UAElTVABCU1QAR01UAApJU1QtMUdNVDAsTTEwLjUuMCxNMy41LjAvMQo=
                """),
        ZoneSample(
            name: "Pacific/Apia",
            offsets: [
                (-2_840_140_800, 45_184), (-25_546_078, -39_600), (0, -39_600), (1_301_752_799, -36_000),
                (1_301_752_800, -39_600), (1_316_872_799, -39_600), (1_316_872_800, -36_000),
                (1_325_239_199, -36_000), (1_325_239_200, 50_400), (5_875_502_201, 46_800), (5_989_546_687, 46_800),
                (8_839_242_485, 46_800),
            ],
            times: [
                ("2011-12-30T12:00", 1_325_239_200, 1_325_239_200)
            ],
            base64: """
                VFppZjIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAVFppZjIAAAAAAAAAAAAAAAAAAAAAAAAA\
                AAAAAAAAAAAAAAAaAAAABwAAABr/////bj3JAP////+RBfwA/////9piBDgAAAAATJ8nsAAAAABNlyvgAAAAAE594mAAAAAATv2L\
                oAAAAABPdw3gAAAAAFBm/uAAAAAAUWAqYAAAAABSRuDgAAAAAFNADGAAAAAAVCbC4AAAAABVH+5gAAAAAFYGpOAAAAAAVv/QYAAA\
                AABX5obgAAAAAFjfsmAAAAAAWcZo4AAAAABav5RgAAAAAFuvhWAAAAAAXKiw4AAAAABdj2dgAAAAAF6IkuAAAAAAX29JYAAAAABg\
                aHTgAQIEAwQDBgUGBQYFBgUGBQYFBgUGBQYFBgUAALCAAAD//18AAAD//15IAAT//3NgAQr//2VQAA4AALbQABIAAMTgARZMTVQA\
                LTExMzAALTEwAC0xMQArMTMAKzE0AAo8KzEzPi0xMwo=
                """),
    ]
}
