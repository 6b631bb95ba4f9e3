<?xml version='1.0' encoding='UTF-8'?>
<datastore>
<totalrecord>2</totalrecord>
<totalpage>1</totalpage>
<recordset>
<record><![CDATA[
<li><a href="/art/2025/11/13/art_1203_88209.html" title="丰城：高标准农田里种出“稳当粮”" target="_blank">丰城：高标准农田里种出“稳当粮”</a><span>2025-11-13</span></li>
]]></record>
<record><![CDATA[
<li><a href="/art/2025/11/11/art_1203_88173.html" title="袁州：十个智慧公厕投入使用" target="_blank">袁州：十个智慧公厕投入使用</a><span>2025-11-11</span></li>
]]></record>
</recordset>
</datastore>
