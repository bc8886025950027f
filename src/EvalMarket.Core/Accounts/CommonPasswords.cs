using System.Collections.Frozen;

namespace EvalMarket.Core.Accounts;

/// <summary>Passwords that anybody who guesses tries first, of those long enough to pass otherwise. Compared without regard to case.</summary>
internal static class CommonPasswords
{
    private static readonly FrozenSet<string> All = """
        password12 password123 password1234 password12345 password123456 password1! password123! passwordpassword passw0rd123 passw0rd1234
        p@ssw0rd123 p@ssword123 p@ssw0rd12 p@ssw0rd1! mypassword mypassword1 mypassword123 thepassword newpassword newpassword1
        newpassword123 oldpassword yourpassword nopassword mypassword! secretpassword adminpassword userpassword rootpassword testpassword
        password2020 password2021 password2022 password2023 password2024 password2025 password2026 drowssap123 changeme123 changeme1234
        changemenow changeme12345 pleasechangeme letmein123 letmein1234 letmein12345 letmeinnow welcome123 welcome1234 welcome12345
        welcome2023 welcome2024 welcome2025 welcome2026 welcomehome welcometo1 administrator administrator1 admin12345 admin123456
        admin1234567 adminadmin admin123admin adminadmin1 superadmin superadmin1 superuser1 supersecret supersecret1 topsecret1
        topsecret123 rootroot12 rootrootroot useruseruser testtest12 testtest123 testtesttest testing123 testing1234 test123456
        test1234567 tester1234 guestguest guest12345 default123 default1234 defaultpassword temporary1 temporary123 temppassword
        temp123456 secret1234 secret12345 secretsecret qwertyuiop qwertyuiop1 qwertyuiop123 qwerty1234 qwerty12345 qwerty123456
        qwertyqwerty qwerty123! qwertyui12 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u8i q1w2e3r4t5 q1w2e3r4t5y6
        qazwsxedcrfv qazwsxedc1 zaq12wsxcde3 zxcvbnm123 zxcvbnm1234 asdfghjkl1 asdfghjkl123 asdfghjkl; asdfasdfasdf asdfasdf12 azertyuiop
        azerty1234 azerty12345 qwertzuiop qwertz1234 qwertz12345 1234567890 12345678910 123456789a 123456789q 123456789123 1234567890a
        1234567891 12345678901 123456789012 1234512345 1231231231 123123123123 123456123456 1122334455 11223344556 1212121212 1234554321
        0123456789 01234567890 0987654321 9876543210 987654321a 1020304050 1357924680 2468101214 1029384756 0000000000 1111111111
        11111111111 2222222222 3333333333 4444444444 5555555555 6666666666 7777777777 8888888888 9999999999 aaaaaaaaaa abcabcabca
        abc1234567 abcd123456 abcd1234567 abcde12345 abcdef1234 abcdef12345 abcdefghij abcdefghijk abcdefghijklmnop a123456789 a1234567890
        a1b2c3d4e5 a1b2c3d4e5f6 aa123456789 aa12345678 q123456789 iloveyou12 iloveyou123 iloveyou1234 iloveyouso iloveyousomuch iloveyou2!
        ilovemyself ilovemydog iloveyoubaby imissyou12 trustno1trustno1 trustno123 football12 football123 baseball12 baseball123
        basketball basketball1 basketball23 volleyball skateboard snowboarding princess12 princess123 sunshine12 sunshine123 superman12
        superman123 spiderman1 spiderman123 batman1234 starwars12 starwars123 pokemon123 pokemon1234 dragon1234 monkey1234 shadow1234
        master1234 michael123 jennifer12 jennifer123 charlie123 computer12 computer123 internet12 internet123 whatever12 whatever123
        liverpool1 liverpool123 manchester manchester1 barcelona1 barcelona123 realmadrid chelsea123 arsenal123 chocolate1 chocolate123
        butterfly1 butterfly123 strawberry cheesecake watermelon pineapple1 sunflower1 california washington1 alexander1 alexander123
        christopher elizabeth1 jonathan12 correcthorsebatterystaple opensesame opensesame1 evalmarket evalmarket1 evalmarket123
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string password) => All.Contains(password);
}
